# Rotation of keys, and backups: the real program, killed at each step. HOMEWARD_KEYS=full for a
# release.
find_program(NODE node)
if(HOMEWARD_SERVER AND NOT HOMEWARD_SANITIZE AND NODE)
    foreach(area rotation backup)
        add_test(NAME fault_${area}
            COMMAND ${CMAKE_COMMAND} -E env HOMEWARD_BIN=$<TARGET_FILE:homeward>
                ${NODE} --test --test-concurrency=1 ${area}.test.mjs
            WORKING_DIRECTORY ${CMAKE_CURRENT_LIST_DIR})
        set_tests_properties(fault_${area} PROPERTIES LABELS fault TIMEOUT 28800 RUN_SERIAL TRUE)
    endforeach()
endif()
