#include "commands/backup_commands.hpp"

#include "backup/backup.hpp"
#include "base/json.hpp"
#include "commands/data_commands.hpp"
#include "commands/progress.hpp"
#include "crypto/secret.hpp"

#include <fmt/format.h>

#include <memory>
#include <string>

namespace homeward::commands {
namespace {

/// One bar on the terminal for each thing that goes on.
class Bars {
  public:
    backup::Progress shown() {
        return [this](const char* what, std::uint64_t done, std::uint64_t all) {
            if (!bar_ || what_ != what) {
                what_ = what;
                bar_ = std::make_unique<Progress>(what_);
            }
            bar_->show(done, all);
        };
    }
    void finish() { bar_.reset(); }

  private:
    std::string what_;
    std::unique_ptr<Progress> bar_;
};

}  // namespace

int make_backup(const BackupCommand& options) {
    Bars bars;
    backup::BackupOptions wanted;
    wanted.data = options.data;
    wanted.target = options.target;
    wanted.keys_target = options.keys_target;
    wanted.witness_file = options.witness_file;
    wanted.progress = bars.shown();
    const auto made = backup::make_backup(wanted, SystemClock());
    bars.finish();
    if (!made) return cannot(made.error());
    if (options.as_json) {
        const json::object out{
            {"entries", made->entries},
            {"dossiers", made->dossiers},
            {"checkpoints", made->checkpoints},
            {"after_checkpoint", made->after_checkpoint},
            {"bytes", made->bytes},
        };
        fmt::print("{}\n", json::serialize(out));
        return 0;
    }
    fmt::print(
        "{} entries of {} dossiers ({} not signed yet) are copied and verified, {} bytes.\n"
        "The data are in {}, the wrapped keys in {}: keep them apart, and the keys for 35 days "
        "only.\n",
        made->entries,
        made->dossiers,
        made->after_checkpoint,
        made->bytes,
        options.target.string(),
        options.keys_target.string()
    );
    return 0;
}

int restore(const RestoreCommand& options) {
    if (const auto locked = crypto::lock_process_memory(); !locked) return cannot(locked.error());
    const auto unlock = unlock_of(options.data, false);
    if (!unlock) return cannot(unlock.error());
    Bars bars;
    backup::RestoreOptions wanted;
    wanted.source = options.source;
    wanted.keys_source = options.keys_source;
    wanted.data = options.data.data;
    wanted.unlock = *unlock;
    wanted.progress = bars.shown();
    const auto made = backup::restore(wanted);
    bars.finish();
    if (!made) return cannot(made.error());
    const std::string digest = to_hex(made->digest.bytes);
    if (options.as_json) {
        const json::object out{
            {"made", to_text(made->made)},
            {"keys_made", to_text(made->keys_made)},
            {"entries", made->entries},
            {"dossiers", made->dossiers},
            {"records", made->records},
            {"contents", made->contents},
            {"destroyed", made->destroyed},
            {"sessions_ended", made->sessions},
            {"digest", digest},
        };
        fmt::print("{}\n", json::serialize(out));
        return 0;
    }
    fmt::print(
        "A register of {} is ready in {}: {} entries of {} dossiers, {} records.\n"
        "The journal verifies and all {} contents open{}. Digest {}\n"
        "{} sessions were ended. What was written since is not there, accounts that were closed "
        "since are open: see docs/operations.md.\n",
        to_text(made->made),
        options.data.data.string(),
        made->entries,
        made->dossiers,
        made->records,
        made->contents,
        made->destroyed == 0 ? ""
                             : fmt::format(" but what was erased ({} entries)", made->destroyed),
        digest,
        made->sessions
    );
    return 0;
}

}  // namespace homeward::commands
