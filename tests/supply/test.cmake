# What the lock files of npm may name. Needs nothing that is built.
if(HOMEWARD_SERVER AND NOT HOMEWARD_SANITIZE AND NODE)
    add_test(NAME supply COMMAND ${NODE} --test supply.test.mjs
        WORKING_DIRECTORY ${CMAKE_CURRENT_LIST_DIR})
    set_tests_properties(supply PROPERTIES LABELS tidy TIMEOUT 60)
endif()
