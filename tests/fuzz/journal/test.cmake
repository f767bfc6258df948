# The corpus is replayed everywhere; with clang and -DHOMEWARD_FUZZ=ON there is a libFuzzer program
# as well.
if(TARGET homeward_journal)
    homeward_test(fuzz_journal_replay fuzz/journal DEPS journal LABELS fuzz)
    if(HOMEWARD_FUZZ)
        add_executable(journal_fuzz ${CMAKE_SOURCE_DIR}/tests/fuzz/journal/journal_fuzz.cpp)
        target_link_libraries(journal_fuzz PRIVATE homeward::journal)
        target_compile_options(journal_fuzz PRIVATE -fsanitize=fuzzer)
        target_link_options(journal_fuzz PRIVATE -fsanitize=fuzzer)
    endif()
endif()
