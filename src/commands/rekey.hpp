#pragma once

#include "commands/background.hpp"
#include "commands/open_data.hpp"
#include "crypto/keyring.hpp"
#include "store/database.hpp"

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <optional>

/// The rotation of the keys that wrap the dossiers' keys (docs/decisions/0021).
namespace homeward::commands {

/// How often a server looks whether a rotation was asked for.
inline constexpr std::chrono::milliseconds rekey_looked_for_every{500};

/// Rotates them: itself, or by asking the server that has the folder and waiting for it. Exit
/// status 0 done, 1 asked but not done in time (the server goes on), 2 it could not be done.
struct RekeyOptions {
    DataOptions data;
    /// How long to wait for a server.
    std::uint32_t wait_seconds = 600;
};
int rekey(const RekeyOptions& options);

/// The wish that a server finds in its folder: retire this epoch. One that is granted already
/// means nothing, so it may be found twice.
Result<void> ask_to_retire(const std::filesystem::path& folder, std::uint32_t epoch);
/// None when there is none; one that cannot be read is none, and is taken away.
std::optional<std::uint32_t> wish_to_retire(const std::filesystem::path& folder);
void forget_wish(const std::filesystem::path& folder);

/// The server's side: ends a rotation which was cut short and grants wishes, beside what is served.
/// Taken away it stops at the next step, and the next start goes on.
class Rekeyer {
  public:
    /// All must outlive it.
    Rekeyer(std::filesystem::path folder, store::Database& keys, crypto::Keyring& keyring);

  private:
    void look(Background& background);

    const std::filesystem::path folder_;
    store::Database& keys_;
    crypto::Keyring& keyring_;
    std::optional<Code> last_failure_;  ///< so that the log says the same thing once
    Background background_;             ///< last: it uses the others
};

}  // namespace homeward::commands
