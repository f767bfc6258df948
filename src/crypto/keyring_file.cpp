#include "crypto/keyring_file.hpp"

#include "base/json.hpp"
#include "crypto/file.hpp"

#include <algorithm>
#include <limits>

namespace homeward::crypto {
namespace {

constexpr std::string_view kdf_name = "argon2id13";
constexpr std::string_view format_name = "homeward.keyring.1";

Failure damaged(std::string_view what) {
    return fail(Code::corrupt, "keyring.json is damaged: " + std::string(what));
}

json::value seal_to_json(const KeyringFile::Seal& seal) {
    json::object out;
    if (seal.passphrase) {
        out["passphrase"] = json::object{
            {"kdf", kdf_name},
            {"salt", to_base64(seal.salt)},
            {"memory", seal.cost.memory_bytes},
            {"passes", seal.cost.passes},
        };
    }
    out["key_file"] = seal.key_file;
    out["box"] = to_base64(seal.box);
    return out;
}

json::object to_json(const KeyringFile& file) {
    json::array seals;
    for (const auto& seal : file.seals) seals.push_back(seal_to_json(seal));
    json::array epochs;
    for (const auto& epoch : file.epochs)
        epochs.push_back(json::object{{"epoch", epoch.number}, {"box", to_base64(epoch.box)}});
    return json::object{
        {"format", format_name},
        {"seals", std::move(seals)},
        {"epochs", std::move(epochs)},
        {"current", file.current},
        {"signing",
         json::object{
             {"public", to_base64(file.signing_public.bytes)},
             {"box", to_base64(file.signing_box)},
         }},
    };
}

Result<Bytes> bytes_at(const json::value& object, std::string_view key) {
    const auto* value = find(object, key);
    if (value == nullptr || !value->is_string()) return damaged(std::string(key) + " is missing");
    auto bytes = from_base64(value->get_string());
    if (!bytes) return damaged(std::string(key) + " is not base64");
    return bytes;
}

Result<std::uint64_t> number_at(
    const json::value& object, std::string_view key, std::uint64_t max
) {
    const auto* value = find(object, key);
    if (value == nullptr || !value->is_int64() || value->get_int64() < 0)
        return damaged(std::string(key) + " is no number");
    const auto number = static_cast<std::uint64_t>(value->get_int64());
    if (number > max) return damaged(std::string(key) + " is too large");
    return number;
}

Result<KeyringFile::Seal> parse_seal(const json::value& value) {
    KeyringFile::Seal seal;
    const auto* key_file = find(value, "key_file");
    if (key_file == nullptr || !key_file->is_bool()) return damaged("key_file is missing");
    seal.key_file = key_file->get_bool();
    auto box = bytes_at(value, "box");
    if (!box) return Failure{box.error()};
    seal.box = std::move(*box);
    const auto* passphrase = find(value, "passphrase");
    seal.passphrase = passphrase != nullptr;
    if (!seal.passphrase && !seal.key_file) return damaged("a seal without a lock");
    if (!seal.passphrase) return seal;
    const auto* kdf = find(*passphrase, "kdf");
    if (kdf == nullptr || !kdf->is_string() || kdf->get_string() != kdf_name)
        return damaged("the passphrase is hashed in another way");
    auto salt = bytes_at(*passphrase, "salt");
    if (!salt) return Failure{salt.error()};
    if (salt->size() != salt_size) return damaged("the salt has another size");
    seal.salt = std::move(*salt);
    const auto memory = number_at(*passphrase, "memory", passphrase_memory_max);
    if (!memory) return Failure{memory.error()};
    const auto passes = number_at(*passphrase, "passes", passphrase_passes_max);
    if (!passes) return Failure{passes.error()};
    if (*memory < passphrase_memory_min || *passes < passphrase_passes_min)
        return fail(Code::forbidden, "keyring.json asks for weaker passphrase hashing");
    seal.cost = {*memory, *passes};
    return seal;
}

Result<void> parse_epochs(const json::value& root, KeyringFile& file) {
    const auto* epochs = find(root, "epochs");
    if (epochs == nullptr || !epochs->is_array() || epochs->get_array().empty() ||
        epochs->get_array().size() > epochs_max)
        return damaged("epochs are missing or too many");
    for (const auto& value : epochs->get_array()) {
        const auto number = number_at(value, "epoch", std::numeric_limits<std::uint32_t>::max());
        if (!number) return Failure{number.error()};
        auto box = bytes_at(value, "box");
        if (!box) return Failure{box.error()};
        const auto epoch = static_cast<std::uint32_t>(*number);
        if (epoch == 0 || (!file.epochs.empty() && file.epochs.back().number >= epoch))
            return damaged("epochs are not in order");
        file.epochs.push_back({epoch, std::move(*box)});
    }
    const auto current = number_at(root, "current", std::numeric_limits<std::uint32_t>::max());
    if (!current) return Failure{current.error()};
    file.current = static_cast<std::uint32_t>(*current);
    if (file.current != file.epochs.back().number) return damaged("current is not the last epoch");
    return {};
}

Result<void> parse_signing(const json::value& root, KeyringFile& file) {
    const auto* signing = find(root, "signing");
    if (signing == nullptr) return damaged("signing is missing");
    const auto public_key = bytes_at(*signing, "public");
    if (!public_key) return Failure{public_key.error()};
    if (public_key->size() != file.signing_public.bytes.size())
        return damaged("the public key has another size");
    std::copy(public_key->begin(), public_key->end(), file.signing_public.bytes.begin());
    auto box = bytes_at(*signing, "box");
    if (!box) return Failure{box.error()};
    file.signing_box = std::move(*box);
    return {};
}

}  // namespace

std::string text_to_authenticate(const KeyringFile& file) { return json::serialize(to_json(file)); }

std::string text_of_keyring(const KeyringFile& file) {
    json::object out = to_json(file);
    out["mac"] = to_base64(file.mac.bytes);
    return json::serialize(out) + "\n";
}

Result<KeyringFile> parse_keyring(std::string_view text) {
    const auto root = parse_json(text);
    if (!root) return damaged("it is not whole");
    const auto* format = find(*root, "format");
    if (format == nullptr || !format->is_string() || format->get_string() != format_name)
        return damaged("it is of another format");
    KeyringFile file;
    const auto* seals = find(*root, "seals");
    if (seals == nullptr || !seals->is_array() || seals->get_array().empty() ||
        seals->get_array().size() > seals_max)
        return damaged("seals are missing or too many");
    for (const auto& value : seals->get_array()) {
        auto seal = parse_seal(value);
        if (!seal) return Failure{seal.error()};
        file.seals.push_back(std::move(*seal));
    }
    if (auto done = parse_epochs(*root, file); !done) return Failure{done.error()};
    if (auto done = parse_signing(*root, file); !done) return Failure{done.error()};
    const auto mac = bytes_at(*root, "mac");
    if (!mac) return Failure{mac.error()};
    const auto hash = hash_from(*mac);
    if (!hash) return damaged("mac has another size");
    file.mac = *hash;
    return file;
}

Result<KeyringFile> read_keyring(const std::filesystem::path& folder) {
    const auto content = read_file(folder / keyring_file_name, keyring_file_max);
    if (!content) return Failure{content.error()};
    return parse_keyring(text_of(*content));
}

}  // namespace homeward::crypto
