#include "crypto/keyring_file.hpp"

#include "base/json.hpp"

#include <gtest/gtest.h>

#include <functional>
#include <string>
#include <vector>

// keyring.json as somebody who can write it would have it. Nothing of it is authenticated while it
// is parsed: that takes the root key, which it says how to open.
namespace homeward::crypto {
namespace {

KeyringFile whole() {
    KeyringFile file;
    file.seals.push_back({true, true, Bytes(salt_size), PassphraseCost{}, Bytes(9)});
    file.seals.push_back({false, true, {}, {}, Bytes(9)});
    file.epochs.push_back({1, Bytes(7)});
    file.epochs.push_back({2, Bytes(7)});
    file.current = 2;
    file.signing_box = Bytes(5);
    return file;
}

class KeyringText : public testing::Test {
  protected:
    Result<KeyringFile> changed(const std::function<void(json::object&)>& change) {
        json::value root = parse_json(text_of_keyring(whole())).value();
        change(root.get_object());
        return parse_keyring(json::serialize(root));
    }
    Code refused(const std::function<void(json::object&)>& change) {
        const auto parsed = changed(change);
        return parsed ? Code::internal : parsed.error().code;
    }
};

TEST_F(KeyringText, IsReadBackAsItWasWritten) {
    const auto parsed = parse_keyring(text_of_keyring(whole()));
    ASSERT_TRUE(parsed) << parsed.error().text;
    EXPECT_EQ(text_of_keyring(*parsed), text_of_keyring(whole()));
    EXPECT_EQ(parsed->seals[0].cost.memory_bytes, PassphraseCost{}.memory_bytes);
    EXPECT_FALSE(parsed->seals[1].passphrase);
}

// Each member at each depth: gone, and of each other type.
TEST_F(KeyringText, MissesNothingAndTakesNoOtherType) {
    const json::value root = parse_json(text_of_keyring(whole())).value();
    const std::vector<json::value> others{
        nullptr, true, -1, 1.5, "not base64!", json::array{}, json::object{}};
    std::size_t tried = 0;
    const std::function<void(const json::value&, const std::string&)> each =
        [&](const json::value& value, const std::string& pointer) {
            if (const auto* object = value.if_object()) {
                for (const auto& [key, member] : *object) each(member, pointer_to(pointer, key));
            } else if (const auto* array = value.if_array()) {
                for (std::size_t i = 0; i < array->size(); ++i)
                    each((*array)[i], pointer_to(pointer, i));
            }
            if (pointer.empty()) return;
            for (const auto& other : others) {
                json::value copy = root;
                if (copy.at_pointer(pointer) == other) continue;
                // A seal may have no passphrase, and whether it has a key file is true or false.
                if (pointer == "/seals/0/passphrase" && other.is_null()) continue;
                if (pointer.ends_with("key_file") && other.is_bool()) continue;
                copy.at_pointer(pointer) = other;
                const auto parsed = parse_keyring(json::serialize(copy));
                EXPECT_FALSE(parsed) << pointer << " as " << json::serialize(other);
                const Code code = parsed ? Code::internal : parsed.error().code;
                EXPECT_EQ(code, Code::corrupt) << pointer;
                ++tried;
            }
        };
    each(root, "");
    EXPECT_GT(tried, 100U);
}

TEST_F(KeyringText, TakesItsNumbersToTheirLimitsAndNotPastThem) {
    const auto cost = [](std::uint64_t memory, std::uint64_t passes) {
        return [=](json::object& root) {
            auto& seal = root["seals"].get_array()[0].get_object();
            seal["passphrase"].get_object()["memory"] = static_cast<std::int64_t>(memory);
            seal["passphrase"].get_object()["passes"] = static_cast<std::int64_t>(passes);
        };
    };
    EXPECT_TRUE(changed(cost(passphrase_memory_min, passphrase_passes_min)));
    EXPECT_TRUE(changed(cost(passphrase_memory_max, passphrase_passes_max)));
    EXPECT_EQ(refused(cost(passphrase_memory_min - 1, passphrase_passes_min)), Code::forbidden);
    EXPECT_EQ(refused(cost(passphrase_memory_min, passphrase_passes_min - 1)), Code::forbidden);
    EXPECT_EQ(refused(cost(passphrase_memory_max + 1, passphrase_passes_max)), Code::corrupt);
    EXPECT_EQ(refused(cost(passphrase_memory_max, passphrase_passes_max + 1)), Code::corrupt);
    const auto repeat = [](const char* list, std::size_t count) {
        return [=](json::object& root) {
            auto& array = root[list].get_array();
            while (array.size() < count) array.push_back(json::value(array.back()));
        };
    };
    EXPECT_TRUE(changed(repeat("seals", seals_max)));
    EXPECT_EQ(refused(repeat("seals", seals_max + 1)), Code::corrupt);
    EXPECT_EQ(refused(repeat("epochs", epochs_max + 1)), Code::corrupt);
}

TEST_F(KeyringText, TakesNoOtherOrderOrSize) {
    const auto epoch = [](std::size_t place, int number) {
        return [=](json::object& root) {
            root["epochs"].get_array()[place].get_object()["epoch"] = number;
        };
    };
    EXPECT_EQ(refused(epoch(0, 0)), Code::corrupt);
    EXPECT_EQ(refused(epoch(0, 2)), Code::corrupt);
    EXPECT_EQ(refused(epoch(1, 3)), Code::corrupt) << "current is not the last";
    const auto bytes = [](const char* pointer, std::size_t size) {
        return [=](json::object& root) {
            json::value all = root;
            all.at_pointer(pointer) = to_base64(Bytes(size));
            root = all.get_object();
        };
    };
    EXPECT_EQ(refused(bytes("/mac", 31)), Code::corrupt);
    EXPECT_EQ(refused(bytes("/signing/public", 33)), Code::corrupt);
    EXPECT_EQ(refused(bytes("/seals/0/passphrase/salt", salt_size + 1)), Code::corrupt);
    EXPECT_EQ(
        refused([](json::object& root) {
            root["seals"].get_array()[1].get_object()["key_file"] = false;
        }),
        Code::corrupt
    ) << "a seal without a lock";
    EXPECT_EQ(refused([](json::object& root) { root["format"] = "another"; }), Code::corrupt);
    EXPECT_EQ(parse_keyring("{").error().code, Code::corrupt);
}

}  // namespace
}  // namespace homeward::crypto
