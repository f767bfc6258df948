# One interface target carries every flag that all code shares.
add_library(homeward_options INTERFACE)
target_include_directories(homeward_options INTERFACE ${CMAKE_SOURCE_DIR}/src)
target_compile_options(homeward_options INTERFACE
    -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wnon-virtual-dtor -Wold-style-cast -Werror
    -fno-omit-frame-pointer)
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
    # g++ 12 reports these inside the standard library's own headers when it inlines deeply.
    target_compile_options(homeward_options INTERFACE
        -Wno-error=maybe-uninitialized -Wno-error=restrict -Wno-error=stringop-overflow
        -Wno-error=array-bounds -Wno-error=dangling-pointer)
endif()
if(CMAKE_BUILD_TYPE MATCHES "Rel")
    # Two builds of one commit are the same program wherever they are made.
    target_compile_options(homeward_options INTERFACE
        -ffile-prefix-map=${CMAKE_SOURCE_DIR}/= -ffile-prefix-map=${CMAKE_BINARY_DIR}/=)
    target_compile_definitions(homeward_options INTERFACE _FORTIFY_SOURCE=2)
    target_compile_options(homeward_options INTERFACE -fstack-protector-strong)
endif()
if(HOMEWARD_SANITIZE)
    target_compile_options(homeward_options INTERFACE -fsanitize=${HOMEWARD_SANITIZE}
        -fno-sanitize-recover=all)
    if(HOMEWARD_SANITIZE MATCHES "address" AND CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
        # g++ needs half the time where it does not optimise what it has just instrumented.
        target_compile_options(homeward_options INTERFACE -O0)
    else()
        target_compile_options(homeward_options INTERFACE -O1)
    endif()
    target_link_options(homeward_options INTERFACE -fsanitize=${HOMEWARD_SANITIZE})
    target_compile_definitions(homeward_options INTERFACE BOOST_ASIO_DISABLE_AWAITABLE_FRAME_RECYCLING)
endif()
if(HOMEWARD_FUZZ)
    if(NOT CMAKE_CXX_COMPILER_ID STREQUAL "Clang")
        message(FATAL_ERROR "HOMEWARD_FUZZ needs clang: libFuzzer comes with it")
    endif()
    # Every library tells the fuzzer which branches it took; without this it would search blindly.
    target_compile_options(homeward_options INTERFACE -fsanitize=fuzzer-no-link)
    target_link_options(homeward_options INTERFACE -fsanitize=fuzzer-no-link)
endif()
set(CMAKE_POSITION_INDEPENDENT_CODE ON)
find_package(Threads REQUIRED)
