# The real program, driven over HTTP and through a real browser. Needs node and, for the pages,
# web/dist and Debian's chromium; scripts/test sees to all of them.
foreach(area register reveal withholding attacks sign-in reads commands access openapi)
    string(REPLACE - _ name ${area})
    homeward_node_test(e2e_${name} tests/e2e/http ${area}.test.mjs LABEL e2e TIMEOUT 600)
endforeach()
foreach(area pages scripts)
    homeward_node_test(e2e_${area} tests/e2e/web ${area}.test.mjs LABEL e2e TIMEOUT 600)
endforeach()
if(HOMEWARD_SERVER AND NOT HOMEWARD_SANITIZE AND NODE)
    add_test(NAME web_unit COMMAND ${NODE} node_modules/vitest/vitest.mjs run
        WORKING_DIRECTORY ${CMAKE_SOURCE_DIR}/web)
    set_tests_properties(web_unit PROPERTIES LABELS e2e TIMEOUT 300)
endif()
