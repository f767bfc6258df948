# SEAMS names single headers that may be included past the arrows: of api, net knows one.
if(HOMEWARD_SERVER)
    find_package(OpenSSL REQUIRED)
    homeward_library(net SEAMS api/http.hpp DEPS base EXTERN OpenSSL::SSL OpenSSL::Crypto Threads::Threads
        PRECOMPILE ${homeward_in_net})
endif()
if(HOMEWARD_SERVER AND HOMEWARD_SANITIZE STREQUAL "thread" AND CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
    # Asio's fences stand beside its locks, and the locks are what the sanitizer follows.
    target_compile_options(homeward_net PUBLIC -Wno-tsan)
endif()
