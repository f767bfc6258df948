#include "backup/picture.hpp"

#include "crypto/file.hpp"
#include "journal/journal.hpp"
#include "store/database.hpp"

#include <algorithm>
#include <vector>

namespace homeward::backup {
namespace {

constexpr store::Query select_epochs{"SELECT DISTINCT epoch FROM dossier_key"};

Result<std::unique_ptr<store::Connection>> open(const std::filesystem::path& file) {
    auto opened = store::open_for_reading(file);
    if (!opened) return opened;
    if (auto begun = (*opened)->begin(store::Connection::Begin::reading); !begun)
        return Failure{begun.error()};
    return opened;
}

Result<std::vector<std::uint32_t>> epochs_in(store::Session& keys) {
    std::vector<std::uint32_t> epochs;
    const auto read = keys.each(select_epochs, [&](const store::Row& row) -> Result<void> {
        epochs.push_back(static_cast<std::uint32_t>(row.count(0)));
        return {};
    });
    if (!read) return Failure{read.error()};
    return epochs;
}

}  // namespace

Result<Picture> Picture::take(const std::filesystem::path& folder) {
    Picture picture;
    if (auto looked = picture.look(folder); !looked) return Failure{looked.error()};
    return picture;
}

// The order matters. A dossier's keys are durable before its first entry: so the journal first, and
// the keys see those of every dossier in it. An epoch is in the keyring before it wraps, and is
// destroyed only when nobody sees anything wrapped under it: so the keyring last.
Result<void> Picture::look(const std::filesystem::path& folder) {
    auto main = open(folder / store::main_file_name);
    if (!main) return Failure{main.error()};
    main_ = std::move(*main);
    // The first statement takes the snapshot.
    const auto last = journal::last_seq(*main_);
    if (!last) return Failure{last.error()};
    last_ = *last;
    auto keys = open(folder / store::keys_file_name);
    if (!keys) return Failure{keys.error()};
    keys_ = std::move(*keys);
    const auto used = epochs_in(*keys_);
    if (!used) return Failure{used.error()};
    auto text = crypto::read_file(folder / crypto::keyring_file_name, crypto::keyring_file_max);
    if (!text) return Failure{text.error()};
    auto file = crypto::parse_keyring(text_of(*text));
    if (!file) return Failure{file.error()};
    const auto& has = file->epochs;
    for (const auto epoch : *used) {
        const bool known = std::any_of(has.begin(), has.end(), [epoch](const auto& one) {
            return one.number == epoch;
        });
        if (!known)
            return fail(Code::corrupt, "keys.db is wrapped by an epoch that the keyring lacks");
    }
    keyring_text_ = std::move(*text);
    keyring_file_ = std::move(*file);
    return {};
}

}  // namespace homeward::backup
