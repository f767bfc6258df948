#pragma once

#include "casework/register.hpp"
#include "commands/packs.hpp"

#include <filesystem>
#include <functional>
#include <memory>
#include <string>

namespace homeward::commands {

/// Where a register lies and what opens it.
struct DataOptions {
    std::filesystem::path data = "data";
    /// Empty: `<data>.key` beside the folder when it is there, else a passphrase.
    std::filesystem::path key_file;
    /// A file whose first line is the passphrase. Empty: asked for on the terminal.
    std::filesystem::path passphrase_file;
    /// Where checkpoints are written as well; best on another machine or medium.
    std::filesystem::path witness_file;
    PackOptions pack;
};

/// The key file that stands beside a data folder when no other was chosen.
std::filesystem::path key_beside(const std::filesystem::path& data);

/// Reads what opens a keyring; asks on the terminal when there is nothing else. `twice`: a new
/// passphrase is typed twice.
Result<crypto::Unlock> unlock_of(const DataOptions& options, bool twice);

/// Types a secret on the terminal without showing it. Code::invalid when there is no terminal.
Result<std::string> ask_secret(const std::string& prompt);

/// The first line of a file.
Result<std::string> first_line(const std::filesystem::path& file);

/// A register that is open in this process, with everything that it stands on.
class OpenData {
  public:
    /// Shows progress on a terminal while the views are built.
    static Result<std::unique_ptr<OpenData>> open(
        const DataOptions& options, casework::Options settings = {}
    );
    OpenData(const OpenData&) = delete;
    OpenData& operator=(const OpenData&) = delete;
    /// Keeps the board for the next start.
    ~OpenData();

    casework::Register& reg() { return *register_; }
    journal::Checkpoints& checkpoints() { return *checkpoints_; }
    store::Store& store() { return store_; }
    crypto::Keyring& keyring() { return keyring_; }

  private:
    OpenData(store::Store store, crypto::Keyring keyring)
        : store_(std::move(store)), keyring_(std::move(keyring)) {}

    store::Store store_;
    crypto::Keyring keyring_;
    SystemClock clock_;
    crypto::Passwords passwords_;
    std::unique_ptr<journal::Checkpoints> checkpoints_;
    std::unique_ptr<casework::Register> register_;
};

/// Keeps the board for the next start (`Register::keep_board`); a failure is logged, and false.
bool keep_board(casework::Register& reg, const std::function<bool()>& go_on = {});

}  // namespace homeward::commands
