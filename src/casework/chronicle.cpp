#include "casework/chronicle.hpp"

#include "journal/journal.hpp"
#include "journal/keys.hpp"

namespace homeward::casework {

namespace {

constexpr std::string_view setting_name = "register";
constexpr store::Query select_setting{"SELECT value FROM setting WHERE name = $1"};
constexpr store::Query insert_setting{"INSERT INTO setting (name, value) VALUES ($1, $2)"};

}  // namespace

Result<void> Chronicle::start() {
    const auto read = core_.store.main().read([&](store::Session& session) -> Result<void> {
        const auto rows = session.each(
            select_setting,
            [&](const store::Row& row) -> Result<void> {
                dossier_ = row.id(0);
                return {};
            },
            setting_name
        );
        if (!rows) return Failure(rows.error());
        return {};
    });
    if (!read) return read;
    return dossier_.is_nil() ? begin() : Result<void>{};
}

Result<void> Chronicle::begin() {
    const journal::DossierKeys keys = journal::DossierKeys::make(make_id());
    const auto stored = core_.store.keys().write([&](store::Session& session) {
        return journal::store_keys(session, core_.keyring, keys);
    });
    if (!stored) return stored;
    const auto made = core_.store.main().write([&](store::Session& session) -> Result<void> {
        const auto created = journal::create_dossier(session, keys.dossier(), chronicle_type);
        if (!created) return created;
        const auto named = session.run(insert_setting, setting_name, keys.dossier());
        if (!named) return Failure(named.error());
        return {};
    });
    if (!made) return made;
    dossier_ = keys.dossier();
    return {};
}

Result<journal::SealedEntry> Chronicle::seal(const EntryHead& head) const {
    std::optional<journal::SealedEntry> sealed;
    const auto read = core_.store.keys().read([&](store::Session& session) -> Result<void> {
        const auto keys = journal::load_keys(session, core_.keyring, dossier_);
        if (!keys) return Failure(keys.error());
        auto entry = journal::prepare(*keys, std::nullopt, 0, parts_of(head));
        if (!entry) return Failure(entry.error());
        sealed = std::move(*entry);
        return {};
    });
    if (!read) return Failure(read.error());
    return std::move(*sealed);
}

}  // namespace homeward::casework
