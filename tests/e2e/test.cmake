# The real program, driven over HTTP and through a real browser. Needs node and, for the pages,
# web/dist and Debian's chromium; scripts/test sees to all of them.
find_program(NODE node)
if(HOMEWARD_SERVER AND NOT HOMEWARD_SANITIZE AND NODE)
    function(homeward_node_test name folder)
        add_test(NAME ${name}
            COMMAND ${CMAKE_COMMAND} -E env HOMEWARD_BIN=$<TARGET_FILE:homeward>
                ${NODE} --test --test-concurrency=1 ${ARGN}
            WORKING_DIRECTORY ${CMAKE_SOURCE_DIR}/${folder})
        set_tests_properties(${name} PROPERTIES LABELS e2e TIMEOUT 600 RUN_SERIAL TRUE)
    endfunction()
    homeward_node_test(e2e_register tests/e2e/http register.test.mjs)
    homeward_node_test(e2e_reveal tests/e2e/http reveal.test.mjs)
    homeward_node_test(e2e_withholding tests/e2e/http withholding.test.mjs)
    homeward_node_test(e2e_attacks tests/e2e/http attacks.test.mjs)
    homeward_node_test(e2e_sign_in tests/e2e/http sign-in.test.mjs)
    homeward_node_test(e2e_reads tests/e2e/http reads.test.mjs)
    homeward_node_test(e2e_commands tests/e2e/http commands.test.mjs)
    homeward_node_test(e2e_access tests/e2e/http access.test.mjs)
    homeward_node_test(e2e_openapi tests/e2e/http openapi.test.mjs)
    homeward_node_test(e2e_pages tests/e2e/web pages.test.mjs)
    homeward_node_test(e2e_scripts tests/e2e/web scripts.test.mjs)
    add_test(NAME web_unit COMMAND ${NODE} node_modules/vitest/vitest.mjs run
        WORKING_DIRECTORY ${CMAKE_SOURCE_DIR}/web)
    set_tests_properties(web_unit PROPERTIES LABELS e2e TIMEOUT 300)
endif()
