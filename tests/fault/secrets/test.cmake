# What lies at rest, and what opens it: the real program, looked through from outside.
find_program(NODE node)
if(HOMEWARD_SERVER AND NOT HOMEWARD_SANITIZE AND NODE)
    foreach(area secrets keys)
        add_test(NAME fault_${area}
            COMMAND ${CMAKE_COMMAND} -E env HOMEWARD_BIN=$<TARGET_FILE:homeward>
                ${NODE} --test --test-concurrency=1 ${area}.test.mjs
            WORKING_DIRECTORY ${CMAKE_CURRENT_LIST_DIR})
        set_tests_properties(fault_${area} PROPERTIES LABELS fault TIMEOUT 600 RUN_SERIAL TRUE)
    endforeach()
endif()
