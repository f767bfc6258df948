#include "fault/tamper/registers.hpp"

#include <gtest/gtest.h>

#include <cstdio>
#include <cstdlib>

// The same against the verifier in another language; `independent.mjs` does the altering.
namespace homeward::test {
namespace {

bool is_installed(const std::string& program) {
    const std::string command = "command -v " + program + " > /dev/null 2>&1";
    return std::system(command.c_str()) == 0;  // NOLINT(concurrency-mt-unsafe)
}

TEST(Independent, FindsThemAll) {
    if (!is_installed("node") || !is_installed("sqlite3"))
        GTEST_SKIP() << "node or sqlite3 is not installed";
    std::fflush(stdout);
    const std::string command = "node " HOMEWARD_SOURCE_DIR "/tests/fault/tamper/independent.mjs " +
                                Registers::made().folder("register").parent_path().string();
    EXPECT_EQ(std::system(command.c_str()), 0);  // NOLINT(concurrency-mt-unsafe)
}

}  // namespace
}  // namespace homeward::test
