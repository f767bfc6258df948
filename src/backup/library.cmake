homeward_library(backup DEPS base crypto store journal)
