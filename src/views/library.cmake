homeward_library(views DEPS base cel policy)
