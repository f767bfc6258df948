#include "commands/open_data.hpp"

#include "base/log.hpp"
#include "commands/progress.hpp"
#include "crypto/file.hpp"
#include "crypto/secret.hpp"

#include <fmt/format.h>
#include <termios.h>
#include <unistd.h>

#include <cstdio>
#include <string_view>

namespace homeward::commands {
namespace {

namespace fs = std::filesystem;

/// Longer than any password or passphrase may be.
constexpr std::size_t secret_line_max = 4096;

/// Puts the terminal back as it was, however the function is left.
class Quiet {
  public:
    Quiet() {
        tcgetattr(STDIN_FILENO, &before_);
        termios quiet = before_;
        quiet.c_lflag &= ~static_cast<tcflag_t>(ECHO);
        tcsetattr(STDIN_FILENO, TCSAFLUSH, &quiet);
    }
    Quiet(const Quiet&) = delete;
    Quiet& operator=(const Quiet&) = delete;
    ~Quiet() { tcsetattr(STDIN_FILENO, TCSAFLUSH, &before_); }

  private:
    termios before_{};
};

}  // namespace

fs::path key_beside(const fs::path& data) {
    fs::path folder = fs::absolute(data).lexically_normal();
    if (folder.filename().empty()) folder = folder.parent_path();
    return folder.string() + ".key";
}

Result<std::string> ask_secret(const std::string& prompt) {
    if (isatty(STDIN_FILENO) == 0)
        return fail(Code::invalid, "no terminal to ask on: give a file with the secret instead");
    std::fprintf(stderr, "%s: ", prompt.c_str());
    std::string line;
    // One place for all of it, and no buffer in between that would keep it.
    line.reserve(secret_line_max);
    {
        const Quiet quiet;
        char one = 0;
        while (line.size() < secret_line_max && ::read(STDIN_FILENO, &one, 1) == 1 && one != '\n')
            line += one;
    }
    std::fputc('\n', stderr);
    return line;
}

Result<std::string> first_line(const fs::path& file) {
    auto content = crypto::read_file(file, secret_line_max);
    if (!content) return Failure{content.error()};
    const std::string_view text = text_of(*content);
    std::string line;
    line.reserve(secret_line_max);  // as above: a short one would be copied wherever it is moved
    line = text.substr(0, text.find('\n'));
    crypto::wipe(*content);
    if (line.empty()) return fail(Code::invalid, file.filename().string() + " is empty");
    return line;
}

Result<crypto::Unlock> unlock_of(const DataOptions& options, bool twice) {
    crypto::Unlock unlock;
    unlock.key_file = options.key_file;
    std::error_code ec;
    if (unlock.key_file.empty() && options.passphrase_file.empty() && !twice &&
        fs::exists(key_beside(options.data), ec))
        unlock.key_file = key_beside(options.data);
    if (!options.passphrase_file.empty()) {
        auto line = first_line(options.passphrase_file);
        if (!line) return Failure{line.error()};
        unlock.passphrase = std::move(*line);
    }
    if (!unlock.key_file.empty() || !unlock.passphrase.empty()) return unlock;
    auto typed = ask_secret("Passphrase");
    if (!typed) return Failure{typed.error()};
    unlock.passphrase = std::move(*typed);
    if (twice) {
        auto again = ask_secret("Once more");
        if (!again) return Failure{again.error()};
        crypto::Unlock second;
        second.passphrase = std::move(*again);
        if (second.passphrase != unlock.passphrase)
            return fail(Code::invalid, "the two passphrases differ");
    }
    return unlock;
}

Result<std::unique_ptr<OpenData>> OpenData::open(
    const DataOptions& options, casework::Options settings
) {
    if (const auto locked = crypto::lock_process_memory(); !locked) return Failure{locked.error()};
    auto pack = good_pack(options.pack);
    if (!pack) return Failure{pack.error()};
    const auto unlock = unlock_of(options, false);
    if (!unlock) return Failure{unlock.error()};
    auto keyring = crypto::Keyring::open(options.data, *unlock);
    if (!keyring) return Failure{keyring.error()};
    auto store = store::Store::open(options.data);
    if (!store) return Failure{store.error()};
    // The folder is this process's from here on. A rotation may have ended just before.
    if (const auto fresh = keyring->refresh(); !fresh) return Failure{fresh.error()};
    std::unique_ptr<OpenData> out(new OpenData(std::move(*store), std::move(*keyring)));
    journal::CheckpointOptions checkpoints;
    checkpoints.witness_file = options.witness_file;
    auto made = journal::Checkpoints::start(out->store_.main(), out->keyring_, checkpoints);
    if (!made) return Failure{made.error()};
    out->checkpoints_ = std::move(*made);
    Progress progress("Opening files");
    const casework::Parts parts{
        out->store_, out->keyring_, *pack, out->clock_, out->passwords_, *out->checkpoints_};
    settings.board_folder = options.data;
    auto reg = casework::Register::start(parts, settings, [&](std::size_t done, std::size_t all) {
        progress.show(done, all);
    });
    progress.finish();
    if (!reg) return Failure{reg.error()};
    out->register_ = std::move(*reg);
    return out;
}

OpenData::~OpenData() {
    if (register_) keep_board(*register_);
}

bool keep_board(casework::Register& reg, const std::function<bool()>& go_on) {
    const auto kept = reg.keep_board(go_on);
    if (!kept) log::write(log::Level::warning, "board_not_kept", {{"why", kept.error().text}});
    return kept.has_value();
}

}  // namespace homeward::commands
