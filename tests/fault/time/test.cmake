# The real program under clocks that are wrong, move and run at another speed. Sanitizers bring
# their own preloaded library, and these would come before it.
if(HOMEWARD_SERVER AND NOT HOMEWARD_SANITIZE)
    add_library(fault_time_boottime SHARED ${CMAKE_CURRENT_LIST_DIR}/boottime.c)
    set_target_properties(fault_time_boottime PROPERTIES C_STANDARD 11 C_EXTENSIONS ON)
    target_compile_options(fault_time_boottime PRIVATE -Wall -Wextra -Werror)
    target_link_libraries(fault_time_boottime PRIVATE ${CMAKE_DL_LIBS})
    homeward_node_test(fault_time tests/fault/time time.test.mjs LABEL fault TIMEOUT 600
        ENV HOMEWARD_BOOTTIME=$<TARGET_FILE:fault_time_boottime>)
endif()
