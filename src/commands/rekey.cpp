#include "commands/rekey.hpp"

#include "base/log.hpp"
#include "commands/data_commands.hpp"
#include "commands/progress.hpp"
#include "crypto/file.hpp"
#include "crypto/keyring_file.hpp"
#include "crypto/secret.hpp"
#include "journal/rotation.hpp"

#include <fmt/format.h>

#include <charconv>
#include <string>
#include <thread>

namespace homeward::commands {
namespace {

namespace fs = std::filesystem;

constexpr const char* wish_name = "rekey.wanted";
constexpr std::size_t wish_size_max = 32;
constexpr std::chrono::milliseconds looked_for_every{100};
/// A read that holds the log (a backup's look at the keys) ends soon.
constexpr unsigned attempts_max = 60;

bool is_done(const crypto::KeyringFile& file, std::uint32_t retired) {
    return file.epochs.front().number > retired;
}

/// The epoch that a rotation retires: the one of now, or the one before while a rotation that began
/// is unfinished, for that is the one that is meant.
std::uint32_t to_retire(std::size_t epochs, std::uint32_t current) {
    return epochs > 1 ? current - 1 : current;
}

int rotate_here(const DataOptions& options) {
    if (const auto locked = crypto::lock_process_memory(); !locked) return cannot(locked.error());
    const auto unlock = unlock_of(options, false);
    if (!unlock) return cannot(unlock.error());
    // What does not open it writes nothing: the store would make its files.
    auto keyring = crypto::Keyring::open(options.data, *unlock);
    if (!keyring) return cannot(keyring.error());
    auto store = store::Store::open(options.data);
    if (!store) return cannot(store.error());
    // With the lock nobody else writes the keyring; until then somebody may have.
    if (const auto fresh = keyring->refresh(); !fresh) return cannot(fresh.error());
    Progress progress("Wrapping keys anew");
    journal::RotationOptions rotation;
    rotation.on_step = [&](journal::RotationStep, std::uint64_t tables) {
        progress.show(tables, 0);
        return true;
    };
    const std::uint32_t retired = to_retire(keyring->epochs().size(), keyring->epoch());
    auto done = journal::rotate_keys(store->keys(), *keyring, retired, rotation);
    for (unsigned i = 1; i < attempts_max && !done && done.error().code == Code::unavailable; ++i)
        done = journal::rotate_keys(store->keys(), *keyring, retired, rotation);
    progress.finish();
    if (!done) return cannot(done.error());
    forget_wish(options.data);
    fmt::print(
        "Epoch {} wraps the keys of all dossiers ({} wrapped now); {} destroyed.\n",
        done->epoch,
        done->tables,
        done->destroyed == 1 ? "the one before is" : fmt::format("{} before are", done->destroyed)
    );
    return 0;
}

int ask_server(const RekeyOptions& options, const crypto::KeyringFile& before) {
    const fs::path& folder = options.data.data;
    const std::uint32_t retired = to_retire(before.epochs.size(), before.current);
    if (const auto asked = ask_to_retire(folder, retired); !asked) return cannot(asked.error());
    const auto until =
        std::chrono::steady_clock::now() + std::chrono::seconds(options.wait_seconds);
    while (std::chrono::steady_clock::now() < until) {
        const auto file = crypto::read_keyring(folder);
        if (!file) return cannot(file.error());
        // It forgets the wish when all is durable.
        if (is_done(*file, retired) && !wish_to_retire(folder)) {
            fmt::print("The server has done it: epoch {} wraps all keys.\n", file->current);
            return 0;
        }
        std::this_thread::sleep_for(looked_for_every);
    }
    fmt::print("Asked, and not done yet: the server goes on by itself, at its next start too.\n");
    return 1;
}

}  // namespace

Result<void> ask_to_retire(const fs::path& folder, std::uint32_t epoch) {
    // No secret, and the server may run as somebody else.
    return crypto::replace_file(folder / wish_name, bytes_of(std::to_string(epoch) + "\n"), true);
}

std::optional<std::uint32_t> wish_to_retire(const fs::path& folder) {
    std::error_code ignored;
    if (!fs::exists(folder / wish_name, ignored)) return std::nullopt;
    const auto content = crypto::read_file(folder / wish_name, wish_size_max);
    const std::string_view text = content ? text_of(*content) : std::string_view();
    std::uint32_t epoch = 0;
    const auto end = text.data() + text.size();
    const auto [at, wrong] = std::from_chars(text.data(), end, epoch);
    if (wrong == std::errc() && std::string_view(at, static_cast<std::size_t>(end - at)) == "\n")
        return epoch;
    log::write(log::Level::warning, "rekey_wish_unreadable");
    forget_wish(folder);
    return std::nullopt;
}

void forget_wish(const fs::path& folder) {
    std::error_code ignored;
    fs::remove(folder / wish_name, ignored);
}

int rekey(const RekeyOptions& options) {
    const auto before = crypto::read_keyring(options.data.data);
    if (!before) return cannot(before.error());
    bool is_free = false;
    {
        const auto lock = store::FolderLock::take(options.data.data);
        is_free = lock.has_value();
    }
    return is_free ? rotate_here(options.data) : ask_server(options, *before);
}

Rekeyer::Rekeyer(fs::path folder, store::Database& keys, crypto::Keyring& keyring)
    : folder_(std::move(folder)),
      keys_(keys),
      keyring_(keyring),
      background_(std::chrono::milliseconds(0), [this](Background& background) {
          look(background);
          return rekey_looked_for_every;
      }) {}

void Rekeyer::look(Background& background) {
    const auto wish = wish_to_retire(folder_);
    const bool unfinished = keyring_.epochs().size() > 1;
    if (!wish && !unfinished) return;
    const std::uint32_t retired = wish ? *wish : keyring_.epoch() - 1;
    journal::RotationOptions rotation;
    rotation.on_step = [&](journal::RotationStep, std::uint64_t) { return !background.stops(); };
    const auto done = journal::rotate_keys(keys_, keyring_, retired, rotation);
    if (!done) {
        // Of no epoch that there is: nothing to wait for.
        if (done.error().code == Code::invalid) forget_wish(folder_);
        if (!background.stops() && last_failure_ != done.error().code)
            log::write(
                log::Level::warning,
                "rekey_waits",
                {{"code", name_of(done.error().code)}, {"text", done.error().text}}
            );
        last_failure_ = done.error().code;
        return;
    }
    last_failure_.reset();
    if (wish) forget_wish(folder_);
    if (done->destroyed == 0) return;
    log::write(
        log::Level::info,
        "rekeyed",
        {{"epoch", std::to_string(done->epoch)}, {"tables", std::to_string(done->tables)}}
    );
}

}  // namespace homeward::commands
