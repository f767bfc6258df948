#include "journal/digest.hpp"

#include "crypto/box.hpp"
#include "journal/key_access.hpp"
#include "journal/rows.hpp"

#include <initializer_list>
#include <optional>

namespace homeward::journal {
namespace {

constexpr store::Query count_entries{"SELECT count(*) FROM entry"};
constexpr store::Query select_entries{"SELECT " HOMEWARD_ENTRY_COLUMNS
                                      " FROM entry e ORDER BY e.seq"};
constexpr store::Query select_accounts{
    "SELECT id, login, sealed, version FROM account ORDER BY id"};
constexpr store::Query select_settings{"SELECT name, value FROM setting ORDER BY name"};
constexpr store::Query select_jobs{"SELECT id, position, sealed FROM import_job ORDER BY id"};

constexpr std::uint64_t progress_every = 10'000;

// What is hashed, framed so that no two registers give one stream.
enum class Mark : std::uint8_t { entry = 1, part, destroyed, account, setting, job };

class Digester {
  public:
    Digester(
        store::Session& main,
        store::Session& keys,
        const crypto::Keyring& keyring,
        const std::function<void(std::uint64_t, std::uint64_t)>& progress
    )
        : main_(main), keys_(keys), keyring_(keyring), progress_(progress) {}

    Result<Digest> run() {
        for (const auto step :
             {&Digester::add_entries,
              &Digester::add_accounts,
              &Digester::add_settings,
              &Digester::add_jobs}) {
            if (auto done = (this->*step)(); !done) return Failure{done.error()};
        }
        const crypto::Hash all = hasher_.finish();
        digest_.value = keyring_.mac(crypto::MacUse::digest, all.bytes);
        return std::move(digest_);
    }

  private:
    void find(Seq seq, std::string what) {
        ++digest_.findings_in_all;
        if (digest_.findings.size() < findings_max)
            digest_.findings.push_back({seq, std::move(what)});
    }

    void add(Mark mark, std::initializer_list<BytesView> pieces) {
        Bytes head;
        Writer writer(head);
        writer.u8(static_cast<std::uint8_t>(mark));
        hasher_.add(head);
        for (const auto piece : pieces) {
            Bytes size;
            Writer(size).u64(piece.size());
            hasher_.add(size).add(piece);
        }
    }

    static Bytes number(std::uint64_t value) {
        Bytes out;
        Writer(out).u64(value);
        return out;
    }

    Result<void> add_entries() {
        const auto all = main_.count(count_entries);
        if (!all) return Failure{all.error()};
        std::uint64_t done = 0;
        const auto read = main_.each(select_entries, [&](const store::Row& row) -> Result<void> {
            if (++done % progress_every == 0 && progress_) progress_(done, *all);
            return add_entry(entry_of(row));
        });
        if (!read) return Failure{read.error()};
        if (progress_) progress_(done, *all);
        return {};
    }

    Result<void> add_entry(const Entry& entry) {
        const Id record = entry.record.value_or(Id{});
        add(Mark::entry,
            {number(number_of(entry.seq)), entry.dossier.bytes, record.bytes, number(entry.version)}
        );
        // One dossier's entries often follow each other.
        if (!table_ || table_->dossier() != entry.dossier) {
            auto loaded = load_keys(keys_, keyring_, entry.dossier);
            if (!loaded && !is_finding(loaded.error())) return Failure{loaded.error()};
            if (!loaded) {
                table_.reset();
                find(entry.seq, loaded.error().text);
                return {};
            }
            table_.emplace(std::move(*loaded));
        }
        auto opened = KeyAccess::open(*table_, entry, Categories::all());
        if (!opened) {
            find(entry.seq, "a content does not open");
            return {};
        }
        for (auto& part : opened->parts) {
            add(Mark::part, {number(part.category), part.plain});
            crypto::wipe(part.plain);
            ++digest_.contents;
        }
        add(Mark::destroyed, {number(opened->destroyed.bits())});
        if (!opened->destroyed.empty()) ++digest_.destroyed;
        return {};
    }

    // No keys, keys of another keyring, or a table that was damaged.
    static bool is_finding(const Error& error) {
        return error.code == Code::not_found || error.code == Code::corrupt;
    }

    Result<void> add_accounts() {
        const auto read = main_.each(select_accounts, [&](const store::Row& row) -> Result<void> {
            crypto::Place place;
            place.table = "account";
            place.record = row.id(0);
            place.version = row.count(3);
            auto plain = crypto::open(keyring_.system_key(), place, row.blob(2));
            if (!plain) {
                find(Seq::none, "an account does not open");
                return {};
            }
            add(Mark::account, {row.blob(0), row.blob(1), number(place.version), *plain});
            crypto::wipe(*plain);
            ++digest_.contents;
            return {};
        });
        if (!read) return Failure{read.error()};
        return {};
    }

    // As they are stored: counters of guesses and the register's own id, no case data.
    Result<void> add_settings() {
        const auto read = main_.each(select_settings, [&](const store::Row& row) -> Result<void> {
            add(Mark::setting, {bytes_of(row.text(0)), row.blob(1)});
            return {};
        });
        if (!read) return Failure{read.error()};
        return {};
    }

    Result<void> add_jobs() {
        const auto read = main_.each(select_jobs, [&](const store::Row& row) -> Result<void> {
            add(Mark::job, {row.blob(0), number(row.count(1)), row.blob(2)});
            return {};
        });
        if (!read) return Failure{read.error()};
        return {};
    }

    store::Session& main_;
    store::Session& keys_;
    const crypto::Keyring& keyring_;
    const std::function<void(std::uint64_t, std::uint64_t)>& progress_;
    crypto::Hasher hasher_;
    std::optional<DossierKeys> table_;
    Digest digest_;
};

}  // namespace

Result<Digest> digest_contents(
    store::Session& main,
    store::Session& keys,
    const crypto::Keyring& keyring,
    const std::function<void(std::uint64_t done, std::uint64_t all)>& progress
) {
    return Digester(main, keys, keyring, progress).run();
}

}  // namespace homeward::journal
