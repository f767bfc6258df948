find_package(CLI11 REQUIRED)
homeward_library(commands DEPS base cel policy crypto store journal backup views casework demo api net EXTERN CLI11::CLI11)
target_compile_definitions(homeward_commands PRIVATE HOMEWARD_VERSION="${PROJECT_VERSION}")
