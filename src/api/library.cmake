homeward_library(api DEPS base casework policy)
# The schemas are JSON in a file of their own, built into the program.
set(schemas_file ${CMAKE_SOURCE_DIR}/src/api/schemas.json)
set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${schemas_file})
file(READ ${schemas_file} schemas)
configure_file(${CMAKE_SOURCE_DIR}/src/api/schemas.cpp.in ${CMAKE_BINARY_DIR}/generated/api/schemas.cpp @ONLY)
target_sources(homeward_api PRIVATE ${CMAKE_BINARY_DIR}/generated/api/schemas.cpp)
