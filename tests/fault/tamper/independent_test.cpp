#include "fault/tamper/registers.hpp"

#include <gtest/gtest.h>

#include <cstdio>
#include <cstdlib>

// The same against the verifier in another language; `independent.mjs` does the altering.
namespace homeward::test {
namespace {

TEST(Independent, FindsThemAll) {
    std::fflush(stdout);
    const std::string command = "node " HOMEWARD_SOURCE_DIR "/tests/fault/tamper/independent.mjs " +
                                Registers::made().folder("register").parent_path().string();
    EXPECT_EQ(std::system(command.c_str()), 0);  // NOLINT(concurrency-mt-unsafe)
}

}  // namespace
}  // namespace homeward::test
