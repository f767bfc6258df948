# With clang and -DHOMEWARD_FUZZ=ON this is a libFuzzer program as well; the corpus is replayed
# everywhere.
if(HOMEWARD_SERVER)
    homeward_test(fuzz_http_replay fuzz/http DEPS net LABELS unit)
    if(HOMEWARD_FUZZ)
        add_executable(http_fuzz ${CMAKE_SOURCE_DIR}/tests/fuzz/http/http_fuzz.cpp)
        target_link_libraries(http_fuzz PRIVATE homeward::net)
        target_compile_options(http_fuzz PRIVATE -fsanitize=fuzzer)
        target_link_options(http_fuzz PRIVATE -fsanitize=fuzzer)
    endif()
endif()
