add_executable(pack_tool ${CMAKE_CURRENT_LIST_DIR}/pack_main.cpp)
target_link_libraries(pack_tool PRIVATE homeward::policy)
