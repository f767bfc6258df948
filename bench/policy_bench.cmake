homeward_bench(policy DEPS policy)
