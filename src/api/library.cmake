homeward_library(api DEPS base casework policy)
