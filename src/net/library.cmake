# SEAMS names single headers that may be included past the arrows: of api, net knows one.
if(HOMEWARD_SERVER)
    find_package(OpenSSL REQUIRED)
    homeward_library(net SEAMS api/http.hpp DEPS base EXTERN OpenSSL::SSL OpenSSL::Crypto Threads::Threads)
endif()
