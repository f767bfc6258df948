homeward_library(policy DEPS base cel EXTERN fmt::fmt Boost::json yaml-cpp)
