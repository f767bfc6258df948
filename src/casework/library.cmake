find_package(ICU REQUIRED COMPONENTS uc)
homeward_library(casework DEPS base cel policy crypto store journal views EXTERN fmt::fmt date::date ICU::uc)
