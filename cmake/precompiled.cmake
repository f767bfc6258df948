# What nearly every file includes is read once for each build and not once for each file. Files still
# include what they use: the clang preset precompiles nothing, so a file that leans on this fails there.
set(homeward_everywhere
    <algorithm> <array> <charconv> <chrono> <filesystem> <functional> <map> <memory> <optional> <span>
    <string> <string_view> <unordered_map> <utility> <vector>
    <boost/json/array.hpp> <boost/json/object.hpp> <boost/json/serialize.hpp> <boost/json/value.hpp>
    <fmt/format.h> <tl/expected.hpp>)
set(homeward_in_net ${homeward_everywhere} <mutex> <thread>
    <boost/asio/awaitable.hpp> <boost/asio/co_spawn.hpp> <boost/asio/ip/tcp.hpp>
    <boost/asio/ssl/stream.hpp> <boost/asio/steady_timer.hpp> <boost/asio/use_awaitable.hpp>)
set(homeward_in_tests ${homeward_everywhere} <fstream> <random> <set> <thread> <gtest/gtest.h>)

# The tests' is made by a program of its own, because a precompiled header asks for every macro that
# its maker had, and for a program's code, which is not a library's.
function(homeward_precompile_for_tests)
    file(WRITE ${CMAKE_BINARY_DIR}/precompiled.cpp "int main() {}\n")
    add_executable(homeward_precompiled_for_tests EXCLUDE_FROM_ALL ${CMAKE_BINARY_DIR}/precompiled.cpp)
    target_link_libraries(homeward_precompiled_for_tests PRIVATE homeward::base GTest::gtest)
    target_precompile_headers(homeward_precompiled_for_tests PRIVATE ${homeward_in_tests})
endfunction()
