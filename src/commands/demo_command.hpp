#pragma once

#include "commands/open_data.hpp"

#include <cstdint>
#include <filesystem>
#include <string>

namespace homeward::commands {

/// A fictional country. Nobody in it exists; names are combined at random.
struct DemoOptions {
    DataOptions data;
    std::uint64_t dossiers = 1000;
    std::uint64_t seed = 1;
    /// A day like 2026-03-05, or empty for today.
    std::string until;
    std::filesystem::path out;
    std::filesystem::path files;
    bool sign_ins = false;
};
int demo(const DemoOptions& options);

}  // namespace homeward::commands
