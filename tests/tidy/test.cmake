homeward_test(tidy tidy DEPS base LABELS tidy)

# What the compiler's own tree says of the coroutine traps; a machine without clang skips it.
if(HOMEWARD_SERVER)
    add_test(NAME tidy_coroutines
        COMMAND ${CMAKE_SOURCE_DIR}/tests/tidy/coroutines.sh ${CMAKE_SOURCE_DIR})
    set_tests_properties(tidy_coroutines PROPERTIES LABELS tidy SKIP_RETURN_CODE 77 TIMEOUT 900)
endif()
