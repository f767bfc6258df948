#include "crypto/keyring.hpp"

#include "base/json.hpp"
#include "crypto/file.hpp"
#include "crypto/keyring_file.hpp"
#include "unit/crypto/failing.hpp"

#include <gtest/gtest.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <filesystem>
#include <fstream>
#include <functional>
#include <set>
#include <string>

namespace homeward::crypto {
namespace {

namespace fs = std::filesystem;

// The floor: what a test may spend on a passphrase.
constexpr PassphraseCost cheap{passphrase_memory_min, passphrase_passes_min};
constexpr const char* phrase = "correct horse battery staple";

class KeyringTest : public testing::Test {
  protected:
    void SetUp() override { fs::create_directories(folder); }
    void TearDown() override { fs::remove_all(folder); }

    std::string file_text() {
        return std::string(text_of(read_file(folder / "keyring.json", 1U << 20U).value()));
    }
    void put(std::string_view text) {
        ASSERT_TRUE(replace_file(folder / "keyring.json", bytes_of(text)));
    }
    Code open_code(const Unlock& unlock) {
        const auto opened = Keyring::open(folder, unlock);
        return opened ? Code::conflict : opened.error().code;
    }

    fs::path folder = fs::temp_directory_path() / ("homeward-" + to_text(make_id()));
    Unlock by_file{"", folder / "root.key"};
};

TEST_F(KeyringTest, OpensWithItsKeyFileOnly) {
    ASSERT_TRUE(create_key_file(by_file.key_file));
    EXPECT_EQ(create_key_file(by_file.key_file).error().code, Code::conflict);
    EXPECT_EQ(open_code(by_file), Code::not_found);
    const Wrapped wrapped = [&] {
        const auto made = Keyring::create(folder, by_file);
        EXPECT_TRUE(made);
        return made->wrap(Place{}, bytes_of("a key"));
    }();
    EXPECT_EQ(Keyring::create(folder, by_file).error().code, Code::conflict);
    const auto opened = Keyring::open(folder, by_file);
    ASSERT_TRUE(opened);
    EXPECT_EQ(text_of(opened->unwrap(Place{}, wrapped).value()), "a key");

    const Unlock other{"", folder / "other.key"};
    ASSERT_TRUE(create_key_file(other.key_file));
    EXPECT_EQ(open_code(other), Code::forbidden);
    EXPECT_EQ(open_code({"", folder / "missing.key"}), Code::not_found);
    EXPECT_EQ(open_code({phrase, ""}), Code::forbidden);
    EXPECT_EQ(open_code({}), Code::invalid);
    ASSERT_TRUE(replace_file(other.key_file, bytes_of("abc")));
    EXPECT_EQ(open_code(other), Code::invalid);
}

TEST_F(KeyringTest, KeepsSecretsToItsOwner) {
    ASSERT_TRUE(create_key_file(by_file.key_file));
    ASSERT_TRUE(Keyring::create(folder, by_file));
    for (const char* name : {"root.key", "keyring.json"}) {
        struct stat found {};
        ASSERT_EQ(stat((folder / name).c_str(), &found), 0);
        EXPECT_EQ(found.st_mode & 0777U, 0600U) << name;
    }
}

TEST_F(KeyringTest, OpensWithAPassphraseAndWithAnEnrolledSecondWay) {
    auto made = Keyring::create(folder, {phrase, ""}, cheap);
    ASSERT_TRUE(made) << made.error().text;
    ASSERT_TRUE(create_key_file(by_file.key_file));
    ASSERT_TRUE(made->enroll(by_file));
    const auto by_phrase = Keyring::open(folder, {phrase, ""});
    ASSERT_TRUE(by_phrase);
    const auto by_medium = Keyring::open(folder, by_file);
    ASSERT_TRUE(by_medium);
    EXPECT_EQ(
        by_phrase->mac(MacUse::login, bytes_of("amina")),
        by_medium->mac(MacUse::login, bytes_of("amina"))
    );
    EXPECT_EQ(open_code({"correct horse battery stapler", ""}), Code::forbidden);
    EXPECT_EQ(open_code({phrase, by_file.key_file}), Code::forbidden);
}

TEST_F(KeyringTest, BothTogetherNeedBoth) {
    ASSERT_TRUE(create_key_file(by_file.key_file));
    const Unlock both{phrase, by_file.key_file};
    ASSERT_TRUE(Keyring::create(folder, both, cheap));
    EXPECT_TRUE(Keyring::open(folder, both));
    EXPECT_EQ(open_code(by_file), Code::forbidden);
    EXPECT_EQ(open_code({phrase, ""}), Code::forbidden);
}

TEST_F(KeyringTest, RefusesWeakOrEndlessPassphrases) {
    const auto code = [&](const Unlock& unlock, const PassphraseCost& cost) {
        return Keyring::create(folder, unlock, cost).error().code;
    };
    EXPECT_EQ(code({}, cheap), Code::invalid);
    EXPECT_EQ(code({std::string(passphrase_size_min - 1, 'a'), ""}, cheap), Code::invalid);
    EXPECT_EQ(code({std::string(passphrase_size_max + 1, 'a'), ""}, cheap), Code::too_large);
    EXPECT_EQ(code({phrase, ""}, {passphrase_memory_min - 1, 3}), Code::invalid);
    EXPECT_EQ(code({phrase, ""}, {passphrase_memory_min, 2}), Code::invalid);
    EXPECT_EQ(code({phrase, ""}, {passphrase_memory_max + 1, 3}), Code::too_large);
    EXPECT_EQ(
        code({phrase, ""}, {passphrase_memory_min, passphrase_passes_max + 1}), Code::too_large
    );
    EXPECT_TRUE(Keyring::create(folder, {std::string(passphrase_size_min, 'a'), ""}, cheap));
}

TEST_F(KeyringTest, RefusesADowngradeOfTheHashing) {
    ASSERT_TRUE(Keyring::create(folder, {phrase, ""}, cheap));
    std::string text = file_text();
    const auto at = text.find("67108864");
    ASSERT_NE(at, std::string::npos);
    put(text.replace(at, 8, "8192"));
    EXPECT_EQ(open_code({phrase, ""}), Code::forbidden);
}

TEST_F(KeyringTest, RefusesEachHalfWrittenAndEachChangedFile) {
    ASSERT_TRUE(create_key_file(by_file.key_file));
    ASSERT_TRUE(Keyring::create(folder, by_file));
    const std::string whole = file_text();
    for (std::size_t i = 0; i < whole.size() - 1; ++i) {
        put(whole.substr(0, i));
        EXPECT_EQ(open_code(by_file), Code::corrupt) << i;
    }
    // All but the end of the line is the whole file; one byte past the largest is none.
    put(whole.substr(0, whole.size() - 1));
    EXPECT_TRUE(Keyring::open(folder, by_file));
    put(whole + std::string(keyring_file_max - whole.size(), ' '));
    EXPECT_TRUE(Keyring::open(folder, by_file));
    put(whole + std::string(keyring_file_max - whole.size() + 1, ' '));
    EXPECT_EQ(open_code(by_file), Code::too_large);
    for (std::size_t i = 0; i < whole.size() - 1; ++i) {
        std::string changed = whole;
        changed[i] = static_cast<char>(changed[i] ^ 1);
        put(changed);
        const auto code = open_code(by_file);
        EXPECT_TRUE(code == Code::corrupt || code == Code::forbidden) << i << whole.substr(i, 9);
    }
    put(whole);
    EXPECT_TRUE(Keyring::open(folder, by_file));
}

TEST_F(KeyringTest, RefusesAFileWhoseEpochsWereExchanged) {
    ASSERT_TRUE(create_key_file(by_file.key_file));
    auto made = Keyring::create(folder, by_file);
    ASSERT_TRUE(made->begin_epoch());
    const std::string two = file_text();
    ASSERT_TRUE(made->destroy_epoch(1));
    auto value = parse_json(file_text()).value();
    const auto old = parse_json(two).value();
    value.as_object()["epochs"] = old.at("epochs");
    put(json::serialize(value));
    EXPECT_EQ(open_code(by_file), Code::corrupt);
}

TEST_F(KeyringTest, ADestroyedEpochOpensNothingMore) {
    ASSERT_TRUE(create_key_file(by_file.key_file));
    auto made = Keyring::create(folder, by_file);
    const auto old = made->wrap(Place{}, bytes_of("old"));
    EXPECT_EQ(made->begin_epoch().value(), 2U);
    const auto fresh = made->wrap(Place{}, bytes_of("fresh"));
    EXPECT_EQ(fresh.epoch, 2U);
    EXPECT_EQ(text_of(made->unwrap(Place{}, old).value()), "old");
    EXPECT_EQ(made->destroy_epoch(2).error().code, Code::conflict);
    EXPECT_EQ(made->destroy_epoch(3).error().code, Code::not_found);
    ASSERT_TRUE(made->destroy_epoch(1));
    EXPECT_EQ(made->unwrap(Place{}, old).error().code, Code::not_found);
    const auto again = Keyring::open(folder, by_file);
    ASSERT_TRUE(again);
    EXPECT_EQ(again->epochs(), std::vector<std::uint32_t>{2});
    EXPECT_EQ(again->unwrap(Place{}, old).error().code, Code::not_found);
    EXPECT_EQ(text_of(again->unwrap(Place{}, fresh).value()), "fresh");
}

TEST_F(KeyringTest, KeepsAsManyEpochsAndSealsAsItsLimits) {
    ASSERT_TRUE(create_key_file(by_file.key_file));
    auto made = Keyring::create(folder, by_file);
    for (std::size_t i = 1; i < epochs_max; ++i) ASSERT_TRUE(made->begin_epoch());
    EXPECT_EQ(made->begin_epoch().error().code, Code::too_large);
    for (std::size_t i = 1; i < seals_max; ++i) ASSERT_TRUE(made->enroll(by_file));
    EXPECT_EQ(made->enroll(by_file).error().code, Code::too_large);
    EXPECT_TRUE(Keyring::open(folder, by_file));
}

TEST_F(KeyringTest, SignsForTheKeyInItsPublicFile) {
    ASSERT_TRUE(create_key_file(by_file.key_file));
    const auto made = Keyring::create(folder, by_file);
    const auto key = read_public_key(folder / "signing.pub");
    ASSERT_TRUE(key);
    EXPECT_EQ(*key, made->public_key());
    const auto signature = Keyring::open(folder, by_file)->sign(bytes_of("text"));
    EXPECT_TRUE(verify(*key, bytes_of("text"), signature));
    EXPECT_FALSE(verify(*key, bytes_of("tex"), signature));
    ASSERT_TRUE(replace_file(folder / "signing.pub", bytes_of("AAAA\n")));
    EXPECT_EQ(read_public_key(folder / "signing.pub").error().code, Code::invalid);
}

TEST_F(KeyringTest, RefusesAPublicKeyFileThatIsNotItsOwn) {
    ASSERT_TRUE(create_key_file(by_file.key_file));
    ASSERT_TRUE(Keyring::create(folder, by_file));
    const fs::path file = folder / public_key_file_name;
    const auto own = read_file(file, 1024);
    PublicKey other;
    random_bytes(other.bytes);
    const std::string others = to_base64(other.bytes) + "\n";
    ASSERT_TRUE(replace_file(file, bytes_of(others)));
    EXPECT_EQ(open_code(by_file), Code::corrupt);
    for (std::size_t i = 0; i < own->size() - 1; ++i) {
        ASSERT_TRUE(replace_file(file, BytesView(*own).first(i)));
        EXPECT_EQ(open_code(by_file), Code::invalid) << i;
    }
    fs::remove(file);
    EXPECT_EQ(open_code(by_file), Code::not_found);
    ASSERT_TRUE(replace_file(file, *own));
    EXPECT_TRUE(Keyring::open(folder, by_file));
}

TEST_F(KeyringTest, SaysWhichFileIsWrongAndWhy) {
    ASSERT_TRUE(create_key_file(by_file.key_file));
    ASSERT_TRUE(Keyring::create(folder, by_file));
    const auto says = [&](const Unlock& unlock) {
        const auto opened = Keyring::open(folder, unlock);
        return opened ? std::string() : opened.error().text;
    };
    const Unlock other{"", folder / "other.key"};
    EXPECT_EQ(says(other), "cannot open other.key: No such file or directory");
    ASSERT_TRUE(create_key_file(other.key_file));
    EXPECT_EQ(says(other), "the key file other.key is not what opens keyring.json");
    EXPECT_EQ(says({phrase, ""}), "keyring.json is not opened by the passphrase alone");
    ASSERT_TRUE(replace_file(other.key_file, bytes_of("abc")));
    EXPECT_EQ(says(other), "the key file other.key is not 32 bytes in hexadecimal");
    put(file_text().substr(0, 40));
    EXPECT_EQ(says(by_file), "keyring.json is damaged: it is not whole");
}

TEST_F(KeyringTest, DerivedKeysDoNotStandInForEachOther) {
    ASSERT_TRUE(create_key_file(by_file.key_file));
    const auto made = Keyring::create(folder, by_file);
    const auto text = bytes_of("x");
    std::set<Hash> all{mac(made->system_key(), text)};
    for (const MacUse use : {MacUse::login, MacUse::reference, MacUse::session, MacUse::digest})
        all.insert(made->mac(use, text));
    EXPECT_EQ(all.size(), 5U);
}

TEST_F(KeyringTest, FilesAreReplacedWholeAndLimited) {
    const auto file = folder / "x";
    ASSERT_TRUE(replace_file(file, bytes_of("one")));
    ASSERT_TRUE(replace_file(file, bytes_of("two")));
    ASSERT_TRUE(append_file(file, bytes_of("+three")));
    EXPECT_EQ(text_of(read_file(file, 9).value()), "two+three");
    EXPECT_EQ(read_file(file, 8).error().code, Code::too_large);
    EXPECT_EQ(read_file(folder / "none", 8).error().code, Code::not_found);
    EXPECT_EQ(replace_file(folder / "no" / "x", {}).error().code, Code::not_found);
    EXPECT_EQ(std::distance(fs::directory_iterator(folder), fs::directory_iterator()), 1);
}

TEST_F(KeyringTest, RefreshTakesOverWhatAnotherProcessWrote) {
    ASSERT_TRUE(create_key_file(by_file.key_file));
    auto mine = Keyring::create(folder, by_file).value();
    const Wrapped old = mine.wrap(Place{}, bytes_of("a key"));
    auto theirs = Keyring::open(folder, by_file).value();
    ASSERT_EQ(theirs.begin_epoch().value(), 2U);
    const Wrapped fresh = theirs.wrap(Place{}, bytes_of("another"));
    ASSERT_TRUE(theirs.destroy_epoch(1));
    EXPECT_EQ(mine.unwrap(Place{}, fresh).error().code, Code::not_found);
    ASSERT_TRUE(mine.refresh());
    EXPECT_EQ(mine.epochs(), std::vector<std::uint32_t>{2});
    EXPECT_EQ(text_of(mine.unwrap(Place{}, fresh).value()), "another");
    EXPECT_EQ(mine.unwrap(Place{}, old).error().code, Code::not_found);
    EXPECT_EQ(mine.begin_epoch().value(), 3U);
}

TEST_F(KeyringTest, RefreshRefusesWhatIsNotItsOwnAndStaysAsItWas) {
    ASSERT_TRUE(create_key_file(by_file.key_file));
    auto keyring = Keyring::create(folder, by_file).value();
    const Wrapped wrapped = keyring.wrap(Place{}, bytes_of("a key"));
    const std::string whole = file_text();
    fs::remove(folder / "keyring.json");
    EXPECT_EQ(keyring.refresh().error().code, Code::not_found);
    ASSERT_TRUE(Keyring::create(folder, by_file));
    EXPECT_EQ(keyring.refresh().error().code, Code::corrupt) << "of another root key";
    put(whole.substr(0, whole.size() / 2));
    EXPECT_EQ(keyring.refresh().error().code, Code::corrupt);
    EXPECT_EQ(text_of(keyring.unwrap(Place{}, wrapped).value()), "a key");
    put(whole);
    EXPECT_TRUE(keyring.refresh());
}

TEST_F(KeyringTest, ReadsAKeyFileHoweverItsLineEnds) {
    ASSERT_TRUE(create_key_file(by_file.key_file));
    ASSERT_TRUE(Keyring::create(folder, by_file));
    const std::string line(text_of(read_file(by_file.key_file, 100).value()).substr(0, 64));
    const auto code = [&](std::string_view text) {
        EXPECT_TRUE(replace_file(by_file.key_file, bytes_of(text)));
        return open_code(by_file);
    };
    for (const char* end : {"", "\n", "\r\n", "\n\n"}) {
        EXPECT_TRUE(replace_file(by_file.key_file, bytes_of(line + end)));
        EXPECT_TRUE(Keyring::open(folder, by_file)) << line.size();
    }
    EXPECT_EQ(code(""), Code::invalid);
    EXPECT_EQ(code("\r\n"), Code::invalid);
    EXPECT_EQ(code(line.substr(2)), Code::invalid) << "31 bytes";
    EXPECT_EQ(code(line + "00"), Code::invalid) << "33 bytes";
    EXPECT_EQ(code(" " + line), Code::invalid);
    // The same of the public key, which somebody may have looked at in an editor.
    ASSERT_TRUE(replace_file(by_file.key_file, bytes_of(line)));
    const fs::path file = folder / public_key_file_name;
    const std::string own(text_of(read_file(file, 100).value()));
    ASSERT_TRUE(replace_file(file, bytes_of(own.substr(0, own.size() - 1) + "\r\n")));
    EXPECT_TRUE(Keyring::open(folder, by_file));
}

TEST_F(KeyringTest, IsMadeWholeOrNotAtAll) {
    const auto code = [&] {
        const auto made = Keyring::create(folder, by_file);
        return made ? Code::conflict : made.error().code;
    };
    EXPECT_EQ(code(), Code::not_found) << "there is no key file";
    EXPECT_TRUE(fs::is_empty(folder));
    ASSERT_TRUE(create_key_file(by_file.key_file));
    EXPECT_EQ(Keyring::create(folder / "none", by_file).error().code, Code::not_found);
    {
        // The public key is written, the keyring is not.
        const Failing sync(Call::fsync, EIO, 2);
        EXPECT_EQ(code(), Code::unavailable);
        EXPECT_TRUE(sync.happened());
    }
    EXPECT_TRUE(fs::exists(folder / public_key_file_name));
    EXPECT_EQ(open_code(by_file), Code::not_found);
    EXPECT_TRUE(Keyring::create(folder, by_file)) << "and may be made again";
    EXPECT_TRUE(Keyring::open(folder, by_file));
}

TEST_F(KeyringTest, ThatCannotBeWrittenStaysAsItWas) {
    ASSERT_TRUE(create_key_file(by_file.key_file));
    auto keyring = Keyring::create(folder, by_file).value();
    const Wrapped old = keyring.wrap(Place{}, bytes_of("old"));
    ASSERT_TRUE(keyring.begin_epoch());
    const Unlock other{"", folder.parent_path() / (folder.filename().string() + ".key")};
    ASSERT_TRUE(create_key_file(other.key_file));
    const fs::path away = folder.parent_path() / (folder.filename().string() + ".away");
    fs::rename(folder, away);
    EXPECT_EQ(keyring.begin_epoch().error().code, Code::not_found);
    EXPECT_EQ(keyring.destroy_epoch(1).error().code, Code::not_found);
    EXPECT_EQ(keyring.enroll(other).error().code, Code::not_found);
    fs::rename(away, folder);
    const std::vector<std::uint32_t> both{1, 2};
    EXPECT_EQ(keyring.epochs(), both);
    EXPECT_EQ(keyring.epoch(), 2U);
    EXPECT_EQ(text_of(keyring.unwrap(Place{}, old).value()), "old");
    EXPECT_EQ(Keyring::open(folder, by_file)->epochs(), both);
    EXPECT_EQ(open_code(other), Code::forbidden);
    EXPECT_EQ(keyring.begin_epoch().value(), 3U);
    fs::remove(other.key_file);
}

TEST_F(KeyringTest, EnrollsNothingThatWouldNotOpenIt) {
    ASSERT_TRUE(create_key_file(by_file.key_file));
    auto keyring = Keyring::create(folder, by_file).value();
    const std::string before = file_text();
    EXPECT_EQ(keyring.enroll({}).error().code, Code::invalid);
    EXPECT_EQ(keyring.enroll({"short", ""}).error().code, Code::invalid);
    EXPECT_EQ(keyring.enroll({"", folder / "missing.key"}).error().code, Code::not_found);
    EXPECT_EQ(file_text(), before);
}

/// Pages that this process has, from the kernel's own account.
std::size_t pages_now() {
    std::size_t pages = 0;
    std::ifstream("/proc/self/statm") >> pages;
    return pages;
}

TEST_F(KeyringTest, WithoutTheMemoryForAPassphraseSaysSo) {
    ASSERT_TRUE(Keyring::create(folder, {phrase, ""}, cheap));
    rlimit before{};
    ASSERT_EQ(getrlimit(RLIMIT_AS, &before), 0);
    const rlim_t now = pages_now() * static_cast<rlim_t>(sysconf(_SC_PAGESIZE));
    const rlimit little{now + passphrase_memory_min / 2, before.rlim_max};
    ASSERT_EQ(setrlimit(RLIMIT_AS, &little), 0);
    const auto opened = Keyring::open(folder, {phrase, ""});
    ASSERT_EQ(setrlimit(RLIMIT_AS, &before), 0);
    ASSERT_FALSE(opened);
    EXPECT_EQ(opened.error().code, Code::unavailable);
    EXPECT_EQ(opened.error().text, "too little memory for the passphrase");
    EXPECT_TRUE(Keyring::open(folder, {phrase, ""}));
}

// In a process of its own: that keys lie open is never forgotten.
TEST_F(KeyringTest, ThatWouldLieOpenInSwapIsNeitherMadeNorOpened) {
    ASSERT_TRUE(create_key_file(by_file.key_file));
    auto keyring = Keyring::create(folder, by_file).value();
    ASSERT_TRUE(Keyring::open(folder, by_file)->begin_epoch());
    const auto is_refused = [](const auto& done) {
        return !done && done.error().code == Code::unavailable &&
               done.error().text.find("ulimit -l") != std::string::npos;
    };
    const auto refuses = [&] {
        const Failing lock(Call::mlock, EPERM, 0, 1000);
        const bool opened = !is_refused(Keyring::open(folder, by_file));
        const bool refreshed =
            !is_refused(keyring.refresh()) || keyring.epochs() != std::vector<std::uint32_t>{1};
        fs::remove(folder / keyring_file_name);
        const bool made =
            !is_refused(Keyring::create(folder, by_file)) || fs::exists(folder / keyring_file_name);
        return !opened && !refreshed && !made && !keys_are_locked();
    };
    EXPECT_EXIT(end(refuses()), testing::ExitedWithCode(0), "");
}

// Of test 1 in RFC 8032, section 7.1.
constexpr std::string_view rfc_seed =
    "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60";
constexpr std::string_view rfc_public =
    "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a";

/// Somebody who has the root key, and writes what they like: docs/journal-format.md, §5.
class Forger {
  public:
    Forger(const fs::path& folder, const fs::path& key_file) : folder_(folder) {
        file = read_keyring(folder).value();
        const std::string line(text_of(read_file(key_file, 100).value()).substr(0, 64));
        const Bytes medium = from_hex(line).value();
        const DataKey no_passphrase;
        seal_ =
            Hasher(no_passphrase.view()).add(bytes_of("homeward.seal.v1:-")).add(medium).finish();
        const Bytes root = open(seal_.bytes, place("keyring.seal"), file.seals[0].box).value();
        root_ = hash_from(root).value();
    }

    void put() {
        const Hash key = derived("keyring");
        file.mac = mac(key.bytes, bytes_of(text_to_authenticate(file)));
        ASSERT_TRUE(replace_file(folder_ / keyring_file_name, bytes_of(text_of_keyring(file))));
    }
    Bytes seal_root(BytesView plain) const {
        return seal(seal_.bytes, place("keyring.seal"), plain);
    }
    Bytes wrap(std::string_view table, std::uint64_t version, BytesView plain) const {
        return seal(derived("wrap").bytes, place(table, version), plain);
    }

    void sign_with(std::string_view seed, std::string_view public_key) {
        file.signing_box = wrap("keyring.signing", 0, from_hex(seed).value());
        const Bytes bytes = from_hex(public_key).value();
        std::copy(bytes.begin(), bytes.end(), file.signing_public.bytes.begin());
    }

    KeyringFile file;

  private:
    static Place place(std::string_view table, std::uint64_t version = 0) {
        Place place;
        place.table = table;
        place.version = version;
        return place;
    }
    Hash derived(std::string_view label) const {
        return Hasher(root_.bytes)
            .add(bytes_of("homeward.derive.v1:"))
            .add(bytes_of(label))
            .finish();
    }
    fs::path folder_;
    Hash seal_;
    Hash root_;
};

TEST_F(KeyringTest, WhatIsAuthenticAndDoesNotOpenIsDamage) {
    ASSERT_TRUE(create_key_file(by_file.key_file));
    auto keyring = Keyring::create(folder, by_file).value();
    const Wrapped wrapped = keyring.wrap(Place{}, bytes_of("a key"));
    const auto says = [&](const std::function<void(Forger&)>& change) {
        Forger forger(folder, by_file.key_file);
        const KeyringFile whole = forger.file;
        change(forger);
        forger.put();
        const auto opened = Keyring::open(folder, by_file);
        const auto refreshed = keyring.refresh();
        EXPECT_EQ(opened.has_value(), refreshed.has_value());
        EXPECT_EQ(text_of(keyring.unwrap(Place{}, wrapped).value()), "a key");
        forger.file = whole;
        forger.put();
        return opened ? std::string("opened") : opened.error().text;
    };
    EXPECT_EQ(says([](Forger&) {}), "opened");
    const Bytes key(key_size);
    const Bytes less(key_size - 1);
    const auto epoch = [](const Bytes& box) {
        return [box](Forger& forger) { forger.file.epochs[0].box = box; };
    };
    const Forger forger(folder, by_file.key_file);
    const std::string no_epoch = "keyring.json is damaged: an epoch's key";
    EXPECT_EQ(says(epoch(Bytes(100))), no_epoch);
    EXPECT_EQ(says(epoch(forger.wrap("keyring.epoch", 2, key))), no_epoch) << "of another epoch";
    EXPECT_EQ(says(epoch(forger.wrap("keyring.epoch", 1, less))), no_epoch) << "31 bytes";
    const auto signing = [](const Bytes& box) {
        return [box](Forger& changed) { changed.file.signing_box = box; };
    };
    const std::string no_signing = "keyring.json is damaged: the signing key";
    EXPECT_EQ(says(signing(Bytes(100))), no_signing);
    EXPECT_EQ(says(signing(forger.wrap("keyring.signing", 0, less))), no_signing);
    EXPECT_EQ(says(signing(forger.wrap("keyring.signing", 0, key))), no_signing) << "no pair";
    // A pair, but not the one of this register.
    EXPECT_EQ(
        says([&](Forger& changed) { changed.sign_with(rfc_seed, rfc_public); }),
        "signing.pub is not the public key of keyring.json"
    );
    Forger last(folder, by_file.key_file);
    last.sign_with(rfc_seed, rfc_public);
    last.put();
    EXPECT_EQ(
        keyring.refresh().error().text, "keyring.json has the signing key of another register"
    );
}

TEST_F(KeyringTest, SignsAsTheStandardSays) {
    ASSERT_TRUE(create_key_file(by_file.key_file));
    ASSERT_TRUE(Keyring::create(folder, by_file));
    Forger forger(folder, by_file.key_file);
    forger.sign_with(rfc_seed, rfc_public);
    forger.put();
    const std::string line = to_base64(from_hex(rfc_public).value()) + "\n";
    ASSERT_TRUE(replace_file(folder / "signing.pub", bytes_of(line)));
    EXPECT_EQ(
        to_hex(Keyring::open(folder, by_file)->sign({}).bytes),
        "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e06522490155"
        "5fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b"
    );
}

TEST_F(KeyringTest, ASealThatHoldsNoKeyOpensNothing) {
    ASSERT_TRUE(create_key_file(by_file.key_file));
    ASSERT_TRUE(Keyring::create(folder, by_file));
    Forger forger(folder, by_file.key_file);
    for (const std::size_t size : {std::size_t{0}, key_size - 1, key_size + 1}) {
        forger.file.seals[0].box = forger.seal_root(Bytes(size));
        forger.put();
        EXPECT_EQ(open_code(by_file), Code::forbidden) << size;
    }
}

}  // namespace
}  // namespace homeward::crypto
