#include "backup/backup.hpp"

#include "backup/manifest.hpp"
#include "backup/picture.hpp"
#include "backup/told.hpp"
#include "crypto/file.hpp"
#include "journal/checkpoint.hpp"
#include "journal/verify.hpp"
#include "store/database.hpp"

#include <algorithm>

namespace homeward::backup {
namespace {

namespace fs = std::filesystem;

constexpr store::Query count_dossiers{"SELECT count(*) FROM dossier"};

fs::path real(const fs::path& path) {
    std::error_code ignored;
    const fs::path whole = fs::weakly_canonical(fs::absolute(path), ignored).lexically_normal();
    return whole.filename().empty() ? whole.parent_path() : whole;
}

bool is_within(const fs::path& inner, const fs::path& outer) {
    const auto ends = std::mismatch(outer.begin(), outer.end(), inner.begin(), inner.end());
    return ends.first == outer.end();
}

// Keys beside the data would be kept as long as the data, and an old copy of them undoes every
// erasure since.
Result<void> check_places(const BackupOptions& options) {
    const fs::path data = real(options.data);
    const fs::path target = real(options.target);
    const fs::path keys = real(options.keys_target);
    if (is_within(target, keys) || is_within(keys, target))
        return fail(Code::invalid, "the keys go to a place apart from the data");
    if (is_within(target, data) || is_within(keys, data))
        return fail(Code::invalid, "a backup does not go into the data folder");
    return {};
}

class Maker {
  public:
    Maker(const BackupOptions& options, const Clock& clock) : options_(options), clock_(clock) {}

    Result<BackupReport> run() {
        if (auto fits = check_places(options_); !fits) return Failure{fits.error()};
        auto data = StagedFolder::begin(options_.target);
        if (!data) return Failure{data.error()};
        auto keys = StagedFolder::begin(options_.keys_target);
        if (!keys) return Failure{keys.error()};
        if (auto done = copy(data->path(), keys->path()); !done) return Failure{done.error()};
        if (auto done = verify(data->path()); !done) return Failure{done.error()};
        if (auto done = describe(Part::keys, keys->path()); !done) return Failure{done.error()};
        if (auto done = describe(Part::data, data->path()); !done) return Failure{done.error()};
        if (auto kept = keys->keep(); !kept) return Failure{kept.error()};
        if (auto kept = data->keep(); !kept) {
            keys->take_back();
            return Failure{kept.error()};
        }
        return report_;
    }

  private:
    Result<void> copy(const fs::path& data, const fs::path& keys) {
        // The witness first: what it saw is in the journal by then, and not the other way round.
        auto witness = read_witness();
        if (!witness) return Failure{witness.error()};
        auto picture = Picture::take(options_.data);
        if (!picture) return Failure{picture.error()};
        if (picture->keyring_file().signing_public != public_key_)
            return fail(Code::corrupt, "signing.pub is of another keyring");
        made_ = clock_.now();
        report_.entries = journal::number_of(picture->last());
        if (auto done = copy_keys(*picture, keys); !done) return done;
        const auto dossiers = picture->main().count(count_dossiers);
        if (!dossiers) return Failure{dossiers.error()};
        report_.dossiers = *dossiers;
        auto done = picture->main().copy_to(
            data / store::main_file_name, told(options_.progress, "Copying data")
        );
        if (!done) return done;
        if (options_.witness_file.empty()) return write_public_key(data);
        done = crypto::replace_file(data / witness_file_name, bytes_of(*witness));
        return done ? write_public_key(data) : done;
    }

    // The notes that open: the last may be half written at this moment.
    Result<std::string> read_witness() {
        const auto key = crypto::read_public_key(options_.data / crypto::public_key_file_name);
        if (!key) return Failure{key.error()};
        public_key_ = *key;
        std::string whole;
        if (options_.witness_file.empty()) return whole;
        auto notes = journal::read_witness(options_.witness_file);
        if (!notes) return Failure{notes.error()};
        if (!notes->empty() && !journal::open_note(public_key_, notes->back())) notes->pop_back();
        for (const auto& note : *notes) whole += note;
        return whole;
    }

    Result<void> copy_keys(Picture& picture, const fs::path& keys) {
        const auto faults = picture.keys().self_check(store::Schema::keys);
        if (!faults) return Failure{faults.error()};
        if (!faults->empty()) return fail(Code::corrupt, "keys.db: " + faults->front());
        auto done = picture.keys().copy_to(
            keys / store::keys_file_name, told(options_.progress, "Copying keys")
        );
        if (!done) return done;
        // From here on a rotation may go on: the copies of keys and keyring fit each other.
        picture.keys().rollback();
        done = crypto::replace_file(keys / crypto::keyring_file_name, picture.keyring_text());
        return done ? write_public_key(keys) : done;
    }

    Result<void> write_public_key(const fs::path& folder) const {
        const std::string line = to_base64(public_key_.bytes) + "\n";
        return crypto::replace_file(folder / crypto::public_key_file_name, bytes_of(line));
    }

    // The copy, read back from where it will lie.
    Result<void> verify(const fs::path& data) {
        journal::VerifyFile file;
        file.database = data / store::main_file_name;
        if (!options_.witness_file.empty()) file.witness_file = data / witness_file_name;
        file.progress = told(options_.progress, "Checking entries");
        const auto report = journal::verify_file(file);
        if (!report) return Failure{report.error()};
        if (!report->clean()) {
            return fail(
                Code::corrupt,
                "the copy does not verify (`homeward verify` says more): " +
                    report->findings.front().what
            );
        }
        if (report->entries != report_.entries || report->dossiers != report_.dossiers)
            return fail(Code::corrupt, "the copy has not as many entries as the register");
        report_.checkpoints = report->checkpoints;
        report_.after_checkpoint = report->after_checkpoint;
        return {};
    }

    Result<void> describe(Part part, const fs::path& folder) {
        Manifest manifest;
        manifest.part = part;
        manifest.origin = journal::origin_of(public_key_);
        manifest.made = made_;
        manifest.entries = report_.entries;
        manifest.dossiers = report_.dossiers;
        std::error_code failed;
        for (const auto& entry : fs::directory_iterator(folder, failed)) {
            const auto measured = measure(entry.path());
            if (!measured) return Failure{measured.error()};
            report_.bytes += measured->size;
            manifest.files.push_back({entry.path().filename().string(), *measured});
        }
        if (failed) return fail(Code::unavailable, "cannot look into the new folder");
        return write_manifest(folder, manifest);
    }

    const BackupOptions& options_;
    const Clock& clock_;
    crypto::PublicKey public_key_;
    Instant made_;
    BackupReport report_;
};

}  // namespace

Result<BackupReport> make_backup(const BackupOptions& options, const Clock& clock) {
    return Maker(options, clock).run();
}

}  // namespace homeward::backup
