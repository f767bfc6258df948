#pragma once

#include "commands/open_data.hpp"

#include <filesystem>

/// Copies of a register (docs/operations.md). Each returns the exit status: 0 done, 2 it could not
/// be done, and then nothing was made.
namespace homeward::commands {

/// Copies a register beside whoever serves it; needs no key.
struct BackupCommand {
    std::filesystem::path data = "data";
    std::filesystem::path target;
    std::filesystem::path keys_target;
    std::filesystem::path witness_file;
    bool as_json = false;
};
int make_backup(const BackupCommand& options);

/// Makes a register out of the two parts of a backup.
struct RestoreCommand {
    /// `data` is the place of the register that is to be made.
    DataOptions data;
    std::filesystem::path source;
    std::filesystem::path keys_source;
    bool as_json = false;
};
int restore(const RestoreCommand& options);

}  // namespace homeward::commands
