# The corpus is replayed everywhere; with clang and -DHOMEWARD_FUZZ=ON there is a libFuzzer program
# as well.
if(TARGET homeward_crypto)
    homeward_test(fuzz_box_replay fuzz/box DEPS crypto LABELS fuzz)
    if(HOMEWARD_FUZZ)
        add_executable(box_fuzz ${CMAKE_SOURCE_DIR}/tests/fuzz/box/box_fuzz.cpp)
        target_link_libraries(box_fuzz PRIVATE homeward::crypto)
        target_compile_options(box_fuzz PRIVATE -fsanitize=fuzzer)
        target_link_options(box_fuzz PRIVATE -fsanitize=fuzzer)
    endif()
endif()
