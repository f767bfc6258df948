#include "backup/backup.hpp"
#include "backup/manifest.hpp"
#include "backup/picture.hpp"
#include "backup/told.hpp"
#include "base/id.hpp"
#include "journal/checkpoint.hpp"
#include "journal/digest.hpp"
#include "journal/keys.hpp"
#include "journal/verify.hpp"
#include "store/database.hpp"

#include <optional>

namespace homeward::backup {
namespace {

namespace fs = std::filesystem;

constexpr store::Query delete_sessions{"DELETE FROM session"};
constexpr store::Query select_dossiers{"SELECT id FROM dossier"};

class Restorer {
  public:
    explicit Restorer(const RestoreOptions& options) : options_(options) {}

    Result<RestoreReport> run() {
        if (auto fits = read_manifests(); !fits) return Failure{fits.error()};
        auto staged = StagedFolder::begin(options_.data);
        if (!staged) return Failure{staged.error()};
        const fs::path& folder = staged->path();
        if (auto done = copy(folder); !done) return Failure{done.error()};
        if (auto done = open_keyring(folder); !done) return Failure{done.error()};
        if (auto done = prepare(folder); !done) return Failure{done.error()};
        if (auto done = verify(folder); !done) return Failure{done.error()};
        if (auto done = open_contents(folder); !done) return Failure{done.error()};
        if (auto kept = staged->keep(); !kept) return Failure{kept.error()};
        return report_;
    }

  private:
    Result<void> read_manifests() {
        auto data = read_manifest(options_.source, Part::data);
        if (!data) return Failure{data.error()};
        auto keys = read_manifest(options_.keys_source, Part::keys);
        if (!keys) return Failure{keys.error()};
        if (data->origin != keys->origin)
            return fail(Code::invalid, "the keys are those of another register");
        if (keys->entries < data->entries) {
            return fail(
                Code::invalid,
                "the keys are older than the data (of entry " + std::to_string(keys->entries) +
                    ", the data of " + std::to_string(data->entries) +
                    "): they would undo what was erased between the two"
            );
        }
        data_ = std::move(*data);
        keys_ = std::move(*keys);
        report_.made = data_.made;
        report_.keys_made = keys_.made;
        return {};
    }

    Result<void> copy(const fs::path& folder) const {
        for (const auto* manifest : {&data_, &keys_}) {
            const fs::path& from =
                manifest->part == Part::data ? options_.source : options_.keys_source;
            for (const auto& file : manifest->files) {
                // The public key is in both parts; the journal is checked against the data's.
                const bool again =
                    manifest->part == Part::keys && file.name == crypto::public_key_file_name;
                const auto copied = again ? measure(from / file.name)
                                          : copy_whole(from / file.name, folder / file.name);
                if (!copied) return Failure{copied.error()};
                if (*copied != file.measure) {
                    return fail(
                        Code::corrupt,
                        "the backup's " + file.name + " is damaged or cut: it has " +
                            std::to_string(copied->size) + " bytes of " +
                            std::to_string(file.measure.size) + ", or others"
                    );
                }
            }
        }
        return {};
    }

    Result<void> open_keyring(const fs::path& folder) {
        const auto key = crypto::read_public_key(folder / crypto::public_key_file_name);
        if (!key) return Failure{key.error()};
        auto opened = crypto::Keyring::open(folder, options_.unlock);
        if (!opened) return Failure{opened.error()};
        if (opened->public_key() != *key || journal::origin_of(*key) != data_.origin)
            return fail(Code::invalid, "the keys are those of another register");
        keyring_.emplace(std::move(*opened));
        return {};
    }

    // The tables brought to this program's, and nobody signed in: who signed out since the backup,
    // or was put out, must not be back.
    Result<void> prepare(const fs::path& folder) {
        auto store = store::Store::open(folder);
        if (!store) return Failure{store.error()};
        return store->main().write([&](store::Session& main) -> Result<void> {
            const auto ended = main.run(delete_sessions);
            if (!ended) return Failure{ended.error()};
            report_.sessions = static_cast<std::uint64_t>(*ended);
            return {};
        });
    }

    Result<void> verify(const fs::path& folder) {
        journal::VerifyFile file;
        file.database = folder / store::main_file_name;
        const fs::path witness = folder / witness_file_name;
        std::error_code ignored;
        if (fs::exists(witness, ignored)) file.witness_file = witness;
        file.progress = told(options_.progress, "Checking entries");
        const auto report = journal::verify_file(file);
        if (!report) return Failure{report.error()};
        if (!report->clean())
            return fail(
                Code::corrupt, "the backup does not verify: " + report->findings.front().what
            );
        if (report->entries != data_.entries || report->dossiers != data_.dossiers)
            return fail(Code::corrupt, "the backup has not as many entries as it says");
        report_.entries = report->entries;
        report_.dossiers = report->dossiers;
        report_.records = report->records;
        // It belongs on another machine or medium, not into a data folder.
        fs::remove(witness, ignored);
        return {};
    }

    Result<void> open_contents(const fs::path& folder) {
        auto picture = Picture::take(folder);
        if (!picture) return Failure{picture.error()};
        const auto faults = picture->keys().self_check(store::Schema::keys);
        if (!faults) return Failure{faults.error()};
        if (!faults->empty()) return fail(Code::corrupt, "keys.db: " + faults->front());
        if (auto done = open_tables(*picture); !done) return done;
        const auto digest = journal::digest_contents(
            picture->main(), picture->keys(), *keyring_, told(options_.progress, "Opening contents")
        );
        if (!digest) return Failure{digest.error()};
        if (digest->findings_in_all != 0) {
            const auto& first = digest->findings.front();
            return fail(
                Code::corrupt,
                "a content does not open: entry " + std::to_string(journal::number_of(first.seq)) +
                    ": " + first.what
            );
        }
        report_.contents = digest->contents;
        report_.destroyed = digest->destroyed;
        report_.digest = digest->value;
        return {};
    }

    // Of dossiers without an entry too.
    Result<void> open_tables(Picture& picture) const {
        const auto read =
            picture.main().each(select_dossiers, [&](const store::Row& row) -> Result<void> {
                const auto table = journal::load_keys(picture.keys(), *keyring_, row.id(0));
                if (!table) return fail(Code::corrupt, "a dossier: " + table.error().text);
                return {};
            });
        if (!read) return Failure{read.error()};
        return {};
    }

    const RestoreOptions& options_;
    Manifest data_;
    Manifest keys_;
    std::optional<crypto::Keyring> keyring_;
    RestoreReport report_;
};

}  // namespace

Result<RestoreReport> restore(const RestoreOptions& options) { return Restorer(options).run(); }

Result<journal::Digest> digest_of(
    const fs::path& data,
    const crypto::Unlock& unlock,
    const Progress& progress,
    const AlsoLook& also
) {
    auto picture = Picture::take(data);
    if (!picture) return Failure{picture.error()};
    // After the picture, as the picture's own look at it: see Picture::look.
    const auto keyring = crypto::Keyring::open(data, unlock);
    if (!keyring) return Failure{keyring.error()};
    auto digest = journal::digest_contents(
        picture->main(),
        picture->keys(),
        *keyring,
        [&](std::uint64_t done, std::uint64_t all) {
            if (progress) progress("Opening contents", done, all);
        }
    );
    if (!digest || !also) return digest;
    const auto found = also(picture->main(), picture->keys(), *keyring);
    if (!found) return Failure{found.error()};
    digest->findings_in_all += found->size();
    digest->findings.insert(digest->findings.end(), found->begin(), found->end());
    return digest;
}

}  // namespace homeward::backup
