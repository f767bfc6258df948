# The corpus is replayed everywhere; with clang and -DHOMEWARD_FUZZ=ON there is a libFuzzer program
# as well.
if(TARGET homeward_policy)
    homeward_test(fuzz_pack_replay fuzz/pack DEPS policy LABELS fuzz)
    if(HOMEWARD_FUZZ)
        add_executable(pack_fuzz ${CMAKE_SOURCE_DIR}/tests/fuzz/pack/pack_fuzz.cpp)
        target_link_libraries(pack_fuzz PRIVATE homeward::policy)
        target_compile_options(pack_fuzz PRIVATE -fsanitize=fuzzer)
        target_link_options(pack_fuzz PRIVATE -fsanitize=fuzzer)
    endif()
endif()
