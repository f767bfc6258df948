homeward_bench(store DEPS store EXTERN sqlite3)
