# Each target is one entry for hostile bytes, `<name>_fuzz.cpp`, with inputs in `corpus/<name>` and
# words of its language in `words/<name>`. The corpus is replayed in every build, each input whole
# and cut at up to CUTS places; with -DHOMEWARD_FUZZ=ON (the preset `clang`) there is a libFuzzer
# program as well, which scripts/fuzz runs. SOURCES are single files of src/ where a whole folder
# cannot be linked: clang 14 does not compile coroutines under the address sanitizer.
add_custom_target(fuzzers)
function(homeward_fuzz name source)
    cmake_parse_arguments(A "" "CUTS" "DEPS;SOURCES" ${ARGN})
    foreach(folder ${A_DEPS})
        if(NOT TARGET homeward_${folder})
            return()
        endif()
    endforeach()
    set(here ${CMAKE_SOURCE_DIR}/tests/fuzz)
    list(TRANSFORM A_DEPS PREPEND homeward::)
    list(TRANSFORM A_SOURCES PREPEND ${CMAKE_SOURCE_DIR}/src/)
    set(programs fuzz_${name}_replay)
    add_executable(fuzz_${name}_replay ${here}/${source} ${here}/replay_test.cpp
        ${A_SOURCES})
    target_link_libraries(fuzz_${name}_replay PRIVATE GTest::gtest_main)
    target_compile_definitions(fuzz_${name}_replay PRIVATE
        HOMEWARD_FUZZ_CORPUS="${here}/corpus/${name}" HOMEWARD_FUZZ_CUTS=${A_CUTS})
    add_test(NAME fuzz_${name}_replay COMMAND fuzz_${name}_replay)
    set_tests_properties(fuzz_${name}_replay PROPERTIES LABELS fuzz TIMEOUT 300)
    add_dependencies(sanitized fuzz_${name}_replay)
    if(HOMEWARD_FUZZ)
        add_executable(fuzz_${name} ${here}/${source} ${A_SOURCES})
        target_link_options(fuzz_${name} PRIVATE -fsanitize=fuzzer)
        add_dependencies(fuzzers fuzz_${name})
        list(APPEND programs fuzz_${name})
    endif()
    foreach(program ${programs})
        target_link_libraries(${program} PRIVATE ${A_DEPS})
        target_include_directories(${program} PRIVATE ${CMAKE_SOURCE_DIR}/tests)
        target_compile_definitions(${program} PRIVATE HOMEWARD_SOURCE_DIR="${CMAKE_SOURCE_DIR}")
    endforeach()
endfunction()

if(HOMEWARD_SERVER)
    homeward_fuzz(http http_fuzz.cpp DEPS base CUTS 4096
        SOURCES net/gate.cpp net/message.cpp net/target.cpp)
endif()
homeward_fuzz(json json_fuzz.cpp DEPS api CUTS 16)
homeward_fuzz(cel cel_fuzz.cpp DEPS cel CUTS 64)
homeward_fuzz(pack pack_fuzz.cpp DEPS policy CUTS 16)
homeward_fuzz(import import_fuzz.cpp DEPS api CUTS 16)
homeward_fuzz(journal journal_fuzz.cpp DEPS casework CUTS 256)
homeward_fuzz(box box_fuzz.cpp DEPS crypto CUTS 4096)
homeward_fuzz(note note_fuzz.cpp DEPS journal CUTS 256)
