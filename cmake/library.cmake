# homeward_library(journal DEPS base crypto EXTERN sqlite3)
# makes the static library of src/<name>. DEPS are the arrows of docs/ARCHITECTURE.md, the only
# folders that it may include; tests/tidy checks that. EXTERN are libraries from outside. SEAMS are
# single headers of other folders that may be included without linking them; only tests/tidy reads it.
# PRECOMPILE are headers to read once for all of it, in the place of those that base reads for everybody.
function(homeward_library name)
    cmake_parse_arguments(A "" "" "DEPS;EXTERN;SEAMS;PRECOMPILE" ${ARGN})
    file(GLOB_RECURSE sources CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/src/${name}/*.cpp)
    add_library(homeward_${name} STATIC ${sources})
    list(TRANSFORM A_DEPS PREPEND homeward::)
    target_link_libraries(homeward_${name} PUBLIC homeward_options ${A_DEPS} ${A_EXTERN})
    add_library(homeward::${name} ALIAS homeward_${name})
    if(A_PRECOMPILE)
        target_precompile_headers(homeward_${name} PRIVATE ${A_PRECOMPILE})
    else()
        target_precompile_headers(homeward_${name} REUSE_FROM homeward_base)
    endif()
endfunction()

# Everything that scripts/test runs under the sanitizers, and what of it is the pure engine, which
# has to stand under another compiler too.
add_custom_target(sanitized)
add_custom_target(pure)

# homeward_node_test(e2e_reads tests/e2e/http reads.test.mjs LABEL e2e): the tests of one file of
# tests/, which drive the real program from outside; only where that is built, and not under the
# sanitizers unless UNDER_SANITIZERS. ENV are further variables, NAME=value.
find_program(NODE node)
function(homeward_node_test name folder file)
    cmake_parse_arguments(A "UNDER_SANITIZERS" "LABEL;TIMEOUT" "ENV" ${ARGN})
    if(NOT HOMEWARD_SERVER OR NOT NODE OR (HOMEWARD_SANITIZE AND NOT A_UNDER_SANITIZERS))
        return()
    endif()
    add_test(NAME ${name}
        COMMAND ${CMAKE_COMMAND} -E env HOMEWARD_BIN=$<TARGET_FILE:homeward> ${A_ENV}
            ${NODE} --test --test-concurrency=1 ${file}
        WORKING_DIRECTORY ${CMAKE_SOURCE_DIR}/${folder})
    set_tests_properties(${name} PROPERTIES
        LABELS ${A_LABEL} TIMEOUT ${A_TIMEOUT} RUN_SERIAL TRUE)
endfunction()

# homeward_test(unit_cel unit/cel DEPS cel): one test program from every .cpp in tests/<dir>. Left
# out where one of its folders is not built (HOMEWARD_SERVER=OFF builds the pure engine only).
function(homeward_test name dir)
    cmake_parse_arguments(A "" "" "DEPS;EXTERN;LABELS" ${ARGN})
    foreach(folder ${A_DEPS})
        if(NOT TARGET homeward_${folder})
            return()
        endif()
    endforeach()
    set(impure ${A_DEPS})
    list(REMOVE_ITEM impure base cel policy)
    file(GLOB_RECURSE sources CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/tests/${dir}/*.cpp)
    add_executable(${name} ${sources})
    list(TRANSFORM A_DEPS PREPEND homeward::)
    target_link_libraries(${name} PRIVATE ${A_DEPS} ${A_EXTERN} GTest::gtest_main)
    target_include_directories(${name} PRIVATE ${CMAKE_SOURCE_DIR}/tests)
    target_compile_definitions(${name} PRIVATE HOMEWARD_SOURCE_DIR="${CMAKE_SOURCE_DIR}")
    target_precompile_headers(${name} REUSE_FROM homeward_precompiled_for_tests)
    add_test(NAME ${name} COMMAND ${name})
    if(A_DEPS AND NOT impure)
        list(APPEND A_LABELS pure)
        add_dependencies(pure ${name})
    endif()
    set_tests_properties(${name} PROPERTIES LABELS "${A_LABELS}")
    if(A_LABELS MATCHES "unit|property|contract|fuzz")
        add_dependencies(sanitized ${name})
    endif()
endfunction()
