homeward_bench(cel DEPS cel)
