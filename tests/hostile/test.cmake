# Whoever sends what no client sends, or far too much of it, to the real program. The requests go to
# the build with sanitizers too: that is where a fault of memory shows. HOMEWARD_HOSTILE=10000 for a
# release.
find_program(NODE node)
if(HOMEWARD_SERVER AND NOT HOMEWARD_SANITIZE STREQUAL "thread" AND NOT HOMEWARD_FUZZ AND NODE)
    set(areas requests)
    if(NOT HOMEWARD_SANITIZE)
        list(APPEND areas overload)
    endif()
    foreach(area ${areas})
        add_test(NAME hostile_${area}
            COMMAND ${CMAKE_COMMAND} -E env HOMEWARD_BIN=$<TARGET_FILE:homeward>
                ${NODE} --test --test-concurrency=1 ${area}.test.mjs
            WORKING_DIRECTORY ${CMAKE_CURRENT_LIST_DIR})
        set_tests_properties(hostile_${area} PROPERTIES
            LABELS hostile TIMEOUT 3600 RUN_SERIAL TRUE)
    endforeach()
endif()
