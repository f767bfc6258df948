#pragma once

#include "commands/open_data.hpp"

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

/// The commands on a data folder. Each returns the exit status: 0 fine, 1 something was found or
/// refused, 2 it could not be done.
namespace homeward::commands {

/// Makes an empty register: folder, keyring, databases, and a key file beside it when neither a
/// passphrase nor a key file was given.
struct InitOptions {
    DataOptions data;
    bool ask_passphrase = false;
};
int init(const InitOptions& options);

struct UserOptions {
    DataOptions data;
    std::string name;
    std::vector<std::string> roles;
    std::string team;
    std::string agency;
    bool gbv_cleared = false;
    /// A file whose first line is the password. Empty: one is made up and printed once.
    std::filesystem::path password_file;
    bool as_json = false;
};
int user_add(const UserOptions& options);
int user_list(const UserOptions& options);
int user_disable(const UserOptions& options);
int user_password(const UserOptions& options);

/// Brings in NDJSON, one dossier a line. A second run of the same file goes on where the first
/// stopped.
struct ImportOptions {
    DataOptions data;
    std::filesystem::path file;
    /// Where refused lines are written, as NDJSON. Empty: to standard error.
    std::filesystem::path refused_file;
    bool as_json = false;
};
int import_file(const ImportOptions& options);

/// Takes dossiers out as the named account may see them; asks for its password.
struct ExportOptions {
    DataOptions data;
    std::filesystem::path file;
    std::string account;
    std::filesystem::path password_file;
    std::string type;
};
int export_file(const ExportOptions& options);

/// Proves without any key that nothing was altered. With `digest`, which needs the key, opens every
/// content too, and says a digest of them all to compare two copies of a register by.
struct VerifyOptions {
    DataOptions data;
    bool digest = false;
    std::filesystem::path public_key_file;
    bool as_json = false;
};
int verify_data(const VerifyOptions& options);

/// Says on standard error what could not be done; returns 2.
int cannot(const Error& error);

}  // namespace homeward::commands
