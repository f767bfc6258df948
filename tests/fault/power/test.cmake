# Sanitizers bring their own preloaded library, and the recorder would come before it.
if(TARGET homeward_casework AND NOT HOMEWARD_SANITIZE)
    add_library(fault_power_recorder SHARED ${CMAKE_CURRENT_LIST_DIR}/recorder.c)
    set_target_properties(fault_power_recorder PROPERTIES C_STANDARD 11 C_EXTENSIONS ON)
    target_compile_options(fault_power_recorder PRIVATE -Wall -Wextra -Werror)
    target_link_libraries(fault_power_recorder PRIVATE ${CMAKE_DL_LIBS} Threads::Threads)
    homeward_test(fault_power fault/power DEPS casework EXTERN ${CMAKE_DL_LIBS} LABELS fault)
    target_compile_definitions(fault_power PRIVATE
        HOMEWARD_RECORDER="$<TARGET_FILE:fault_power_recorder>")
    add_dependencies(fault_power fault_power_recorder)
    set_tests_properties(fault_power PROPERTIES TIMEOUT 3600)
endif()
