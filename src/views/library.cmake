find_package(ICU REQUIRED COMPONENTS uc)
homeward_library(views DEPS base cel policy EXTERN ICU::uc)
