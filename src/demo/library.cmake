homeward_library(demo DEPS base EXTERN yaml-cpp)
