#include "crypto/keyring.hpp"

#include "base/json.hpp"
#include "crypto/file.hpp"
#include "crypto/keyring_file.hpp"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <filesystem>
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
    EXPECT_NE(made->mac(MacUse::login, text), made->mac(MacUse::reference, text));
    EXPECT_NE(made->mac(MacUse::login, text), made->mac(MacUse::session, text));
    EXPECT_NE(made->mac(MacUse::login, text), mac(made->system_key(), text));
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

}  // namespace
}  // namespace homeward::crypto
