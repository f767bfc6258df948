homeward_test(unit_cel unit/cel DEPS cel LABELS unit)
target_sources(unit_cel PRIVATE ${CMAKE_SOURCE_DIR}/tests/fuzz/cel_fuzz.cpp)
