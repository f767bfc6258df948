homeward_bench(journal DEPS journal)
target_include_directories(bench_journal PRIVATE ${CMAKE_SOURCE_DIR}/tests)
