#include "crypto/file.hpp"
#include "fault/tamper/release.hpp"
#include "journal/gathered.hpp"
#include "unit/journal/office.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdio>
#include <map>
#include <random>
#include <string>
#include <vector>

// Single bits of the files of a data folder turn: databases, their logs, the table of keys, in a
// folder at work and in one at rest (which is what a backup is). No content may come back wrong.
namespace homeward::test {
namespace {

namespace fs = std::filesystem;
using casework::Authority;
using journal::Seq;

constexpr std::size_t entries_of_test = 60;
constexpr std::size_t records_of_test = 12;

// What stands in a folder, and what was written to it.
struct Place {
    Id dossier;
    std::vector<Id> records;
    std::vector<Bytes> plain;   ///< by position
    std::vector<Bytes> sealed;  ///< by position
    Bytes gathered;
};

// One look at a folder: how many of its contents came back as they were, not at all, or wrong.
struct Seen {
    std::size_t same = 0;
    std::size_t none = 0;
    std::size_t wrong = 0;
    std::size_t outdated = 0;       ///< records that show an older version as their newest
    std::size_t altered_bytes = 0;  ///< sealed bytes that differ, if nobody looked at their tags
    bool in_one_piece = false;      ///< what was gathered came back
};

class Bits : public testing::Test {
  protected:
    void SetUp() override {
        const auto home = folder.path() / "home";
        fs::create_directory(home);
        {
            Office office(home);
            fill(office);
            fs::copy(home, folder.path() / "work", fs::copy_options::recursive);
        }
        fs::copy(home, folder.path() / "rest", fs::copy_options::recursive);
        keyring.emplace(must(crypto::Keyring::open(home, {"", home / "root.key"})));
        fs::create_directory(trial);
        for (const char* state : {"work", "rest"}) {
            for (const char* file :
                 {"homeward.db", "homeward.db-wal", "keys.db", "keys.db-wal", "signing.pub"}) {
                const auto path = folder.path() / state / file;
                if (!fs::exists(path) || fs::file_size(path) == 0) continue;
                states[state][file] = must(crypto::read_file(path, 1U << 24U));
            }
        }
    }

    void fill(Office& office) {
        auto checkpoints =
            must(journal::Checkpoints::start(office.main(), office.keyring(), {witness, 1'000'000})
            );
        place.dossier = office.open_dossier();
        for (std::size_t i = 0; i < records_of_test; ++i) place.records.push_back(make_id());
        for (std::size_t i = 0; i < entries_of_test; ++i) {
            const auto plain = bytes("entry " + std::to_string(i) + std::string(40, 'x'));
            const auto entry = must(journal::prepare(
                office.keys_of(place.dossier),
                place.records[i % records_of_test],
                1 + i / records_of_test,
                {{1, plain}}
            ));
            place.plain.push_back(plain);
            place.sealed.push_back(entry.sealed);
            must(office.append(entry));
            for (const std::byte one : plain) place.gathered.push_back(one);
        }
        must(office.main().write([&](store::Session& main) {
            const auto end = must(journal::read_records_end(main, place.dossier));
            const auto sealed =
                must(journal::seal_gathered(office.keys_of(place.dossier), end, place.gathered));
            return journal::store_gathered(main, place.dossier, end, sealed);
        }));
        must(checkpoints->make());
    }

    void lay_out(const std::map<std::string, Bytes>& files) {
        for (const auto& item : fs::directory_iterator(trial)) fs::remove(item.path());
        for (const auto& [name, content] : files) must(crypto::replace_file(trial / name, content));
    }

    // Nothing, where the folder cannot be read at all.
    Seen look() {
        Seen seen;
        auto main = store::open_for_reading(trial / store::main_file_name);
        auto keys = store::open_for_reading(trial / store::keys_file_name);
        if (main && keys && (*main)->begin(store::Connection::Begin::reading) &&
            (*keys)->begin(store::Connection::Begin::reading)) {
            const auto table = journal::load_keys(**keys, *keyring, place.dossier);
            look_at_entries(**main, table ? &*table : nullptr, seen);
            look_at_records(**main, seen);
            if (table) look_at_gathered(**main, *table, seen);
        }
        seen.none = entries_of_test - std::min(entries_of_test, seen.same + seen.wrong);
        return seen;
    }

    void look_at_gathered(store::Session& main, const journal::DossierKeys& keys, Seen& seen) {
        const auto grant = Authority::grant(place.dossier, journal::Categories::all());
        const auto gathered = journal::read_gathered(grant, main, keys);
        seen.in_one_piece = gathered && gathered->plain;
        if (seen.in_one_piece && *gathered->plain != place.gathered) ++seen.wrong;
    }

    void look_at_entries(store::Session& main, const journal::DossierKeys* keys, Seen& seen) {
        const auto grant = Authority::grant(place.dossier, journal::Categories::all());
        for (std::size_t i = 0; i < entries_of_test; ++i) {
            const auto entry = journal::read_entry(main, static_cast<Seq>(i + 1));
            if (!entry) continue;
            seen.altered_bytes += entry->sealed != place.sealed[i] ? 1 : 0;
            if (keys == nullptr) continue;
            const auto opened = journal::open_parts(grant, *keys, *entry);
            if (!opened) continue;
            const auto* plain = opened->find(1);
            if (plain != nullptr && *plain == place.plain[i])
                ++seen.same;
            else
                ++seen.wrong;
        }
    }

    void look_at_records(store::Session& main, Seen& seen) {
        for (const auto& record : place.records) {
            const auto entry = journal::read_record(main, place.dossier, record);
            if (entry && entry->version != entries_of_test / records_of_test) ++seen.outdated;
        }
    }

    bool verifies() {
        const auto report = journal::verify_file(
            {trial / store::main_file_name, folder.path() / "home/signing.pub", witness, nullptr}
        );
        return report && report->clean();
    }

    Folder folder;
    fs::path witness = folder.path() / "checkpoints.log";
    fs::path trial = folder.path() / "trial";
    Place place;
    std::optional<crypto::Keyring> keyring;
    std::map<std::string, std::map<std::string, Bytes>> states;
};

TEST_F(Bits, NoneThatTurnsBringsAWrongContent) {
    std::vector<std::pair<std::string, std::string>> places;
    for (const auto& [state, files] : states) {
        for (const auto& [name, content] : files)
            if (name != "signing.pub") places.emplace_back(state, name);
        lay_out(files);
        EXPECT_EQ(look().same, entries_of_test) << state;
        EXPECT_TRUE(look().in_one_piece) << state;
        EXPECT_TRUE(verifies()) << state;
    }
    ASSERT_GE(places.size(), 4U);
    std::mt19937 random(23);
    const std::size_t flips = is_release() ? 10'000 : 1'000;
    std::size_t harmless = 0;
    std::size_t refused = 0;
    std::size_t found_only_by_verify = 0;
    std::size_t served_without_tags = 0;
    std::size_t not_in_one_piece = 0;
    for (std::size_t i = 0; i < flips; ++i) {
        const auto& [state, name] = places[i % places.size()];
        auto files = states[state];
        auto& content = files[name];
        content[random() % content.size()] ^= std::byte{1} << random() % 8;
        lay_out(files);
        const auto seen = look();
        EXPECT_EQ(seen.wrong, 0U) << "flip " << i << " in " << name;
        served_without_tags += seen.altered_bytes > 0 ? 1 : 0;
        not_in_one_piece += seen.in_one_piece ? 0 : 1;
        if (seen.none > 0) ++refused;
        if (seen.none == 0 && seen.outdated == 0) ++harmless;
        if (seen.outdated > 0) {
            EXPECT_FALSE(verifies()) << "flip " << i << " in " << name;
            ++found_only_by_verify;
        }
    }
    // The controls: bits were turned where contents are, and without tags they would be served.
    EXPECT_GT(refused, flips / 20);
    EXPECT_GT(served_without_tags, 0U);
    EXPECT_GT(not_in_one_piece, 0U);
    printf(
        "bits turned: %zu in %zu files; wrong contents 0; refused %zu, changed nothing %zu, older "
        "state found by the witness %zu; without the tags served %zu; not in one piece %zu\n",
        flips,
        places.size(),
        refused,
        harmless,
        found_only_by_verify,
        served_without_tags,
        not_in_one_piece
    );
}

}  // namespace
}  // namespace homeward::test
