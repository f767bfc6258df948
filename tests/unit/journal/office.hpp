#pragma once

#include "base/bytes.hpp"
#include "base/check.hpp"
#include "crypto/keyring.hpp"
#include "journal/checkpoint.hpp"
#include "journal/grant.hpp"
#include "journal/journal.hpp"
#include "journal/keys.hpp"
#include "journal/tail.hpp"
#include "journal/verify.hpp"
#include "store/database.hpp"

#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace homeward::casework {

/// Stands in for the real one, which these programs are not linked with.
class Authority {
  public:
    static journal::Grant grant(
        const Id& dossier,
        journal::Categories readable,
        journal::Categories writable = journal::Categories()
    ) {
        return {dossier, make_id(), "tester", "test", readable, writable};
    }
};

}  // namespace homeward::casework

namespace homeward::test {

/// A folder that goes when the object goes.
class Folder {
  public:
    Folder() : path_(std::filesystem::temp_directory_path() / ("homeward-" + to_text(make_id()))) {
        std::filesystem::create_directories(path_);
    }
    ~Folder() {
        std::error_code ignored;
        std::filesystem::remove_all(path_, ignored);
    }
    Folder(const Folder&) = delete;
    Folder& operator=(const Folder&) = delete;
    const std::filesystem::path& path() const { return path_; }

  private:
    std::filesystem::path path_;
};

template <class T>
T must(Result<T> result) {
    check(result.has_value(), result ? "" : result.error().text);
    return std::move(*result);
}
inline void must(Result<void> result) {
    check(result.has_value(), result ? "" : result.error().text);
}

inline Bytes bytes(std::string_view text) {
    const auto view = bytes_of(text);
    return {view.begin(), view.end()};
}

/// A data folder with a keyring, both databases and short ways to use them.
class Office {
  public:
    explicit Office(const std::filesystem::path& folder) : folder_(folder) {
        const auto key_file = folder / "root.key";
        if (!std::filesystem::exists(key_file)) {
            must(crypto::create_key_file(key_file));
            keyring_.emplace(must(crypto::Keyring::create(folder, {"", key_file})));
        } else {
            keyring_.emplace(must(crypto::Keyring::open(folder, {"", key_file})));
        }
        store_.emplace(must(store::Store::open(folder)));
        tail_.emplace(*keyring_, journal::CompactRange());
        main().exchange_hook(&*tail_);
    }

    const crypto::Keyring& keyring() const { return *keyring_; }
    crypto::Keyring& keyring() { return *keyring_; }
    store::Database& main() { return store_->main(); }
    store::Database& keys() { return store_->keys(); }
    std::filesystem::path file() const { return folder_ / store::main_file_name; }

    /// One snapshot of both databases.
    Result<void> read(
        const std::function<Result<void>(store::Session& main, store::Session& keys)>& look
    ) {
        return main().read([&](store::Session& main_session) {
            return keys().read([&](store::Session& key_session) {
                return look(main_session, key_session);
            });
        });
    }

    Id open_dossier(std::string_view type = "child") {
        const Id id = make_id();
        const auto table = journal::DossierKeys::make(id);
        must(keys().write([&](store::Session& session) {
            return journal::store_keys(session, keyring(), table);
        }));
        must(main().write([&](store::Session& session) {
            return journal::create_dossier(session, id, type);
        }));
        return id;
    }

    journal::DossierKeys keys_of(const Id& dossier) {
        std::optional<journal::DossierKeys> table;
        must(keys().read([&](store::Session& session) -> Result<void> {
            auto loaded = journal::load_keys(session, keyring(), dossier);
            if (!loaded) return Failure{loaded.error()};
            table.emplace(std::move(*loaded));
            return {};
        }));
        return std::move(*table);
    }

    Result<journal::Appended> append(
        const journal::SealedEntry& entry, std::optional<std::uint64_t> expected = {}
    ) {
        Result<journal::Appended> out = fail(Code::internal, "not run");
        const auto done = main().write([&](store::Session& session) -> Result<void> {
            out = journal::append(session, entry, expected);
            if (!out) return Failure{out.error()};
            return {};
        });
        if (!done) return Failure{done.error()};
        return out;
    }

    Result<journal::Appended> write(
        const Id& dossier,
        const std::optional<Id>& record,
        std::uint64_t version,
        const std::vector<journal::Part>& parts
    ) {
        return append(must(journal::prepare(keys_of(dossier), record, version, parts)));
    }

    journal::VerifyReport verify(const std::filesystem::path& witness = {}) {
        journal::VerifyReport report;
        must(main().read([&](store::Session& session) -> Result<void> {
            auto made = journal::verify(session, {keyring().public_key(), witness, nullptr});
            if (!made) return Failure{made.error()};
            report = std::move(*made);
            return {};
        }));
        return report;
    }

  private:
    std::filesystem::path folder_;
    std::optional<crypto::Keyring> keyring_;
    std::optional<journal::Tail> tail_;
    std::optional<store::Store> store_;
};

}  // namespace homeward::test
