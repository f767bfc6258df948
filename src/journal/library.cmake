homeward_library(journal DEPS base crypto store)
