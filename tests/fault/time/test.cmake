# The real program under clocks that are wrong, move and run at another speed. Sanitizers bring
# their own preloaded library, and these would come before it.
find_program(NODE node)
if(HOMEWARD_SERVER AND NOT HOMEWARD_SANITIZE AND NODE)
    add_library(fault_time_boottime SHARED ${CMAKE_CURRENT_LIST_DIR}/boottime.c)
    set_target_properties(fault_time_boottime PROPERTIES C_STANDARD 11 C_EXTENSIONS ON)
    target_compile_options(fault_time_boottime PRIVATE -Wall -Wextra -Werror)
    target_link_libraries(fault_time_boottime PRIVATE ${CMAKE_DL_LIBS})
    add_test(NAME fault_time
        COMMAND ${CMAKE_COMMAND} -E env HOMEWARD_BIN=$<TARGET_FILE:homeward>
            HOMEWARD_BOOTTIME=$<TARGET_FILE:fault_time_boottime>
            ${NODE} --test --test-concurrency=1 time.test.mjs
        WORKING_DIRECTORY ${CMAKE_CURRENT_LIST_DIR})
    set_tests_properties(fault_time PROPERTIES LABELS fault TIMEOUT 600 RUN_SERIAL TRUE)
endif()
