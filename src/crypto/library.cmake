homeward_library(crypto DEPS base EXTERN sodium)
