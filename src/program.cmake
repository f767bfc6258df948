add_executable(homeward main.cpp)
target_link_libraries(homeward PRIVATE homeward::commands)
