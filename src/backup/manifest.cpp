#include "backup/manifest.hpp"

#include "base/json.hpp"
#include "crypto/file.hpp"
#include "crypto/keyring.hpp"
#include "store/database.hpp"

#include <algorithm>
#include <array>

namespace homeward::backup {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view format_name = "homeward.backup.1";

std::string_view name_of(Part part) { return part == Part::data ? "data" : "keys"; }

struct Allowed {
    std::string_view name;
    bool required;
};
// Only these names are ever opened: none of a manifest's own leads anywhere else.
constexpr std::array<Allowed, 3> data_files{
    {{store::main_file_name, true},
     {crypto::public_key_file_name, true},
     {witness_file_name, false}}};
constexpr std::array<Allowed, 3> keys_files{
    {{store::keys_file_name, true},
     {crypto::keyring_file_name, true},
     {crypto::public_key_file_name, true}}};

Failure damaged(std::string_view what) {
    return fail(Code::corrupt, "the backup's backup.json is damaged: " + std::string(what));
}

Result<std::uint64_t> number_at(const json::value& object, std::string_view key) {
    const auto* value = find(object, key);
    if (value == nullptr || !value->is_int64() || value->get_int64() < 0)
        return damaged(std::string(key) + " is no number");
    return static_cast<std::uint64_t>(value->get_int64());
}

Result<std::string> text_at(const json::value& object, std::string_view key) {
    const auto* value = find(object, key);
    if (value == nullptr || !value->is_string()) return damaged(std::string(key) + " is no text");
    return std::string(value->get_string());
}

Result<Manifest::File> parse_file(const json::value& value) {
    Manifest::File file;
    auto name = text_at(value, "name");
    if (!name) return Failure{name.error()};
    const auto size = number_at(value, "size");
    if (!size) return Failure{size.error()};
    const auto hex = text_at(value, "blake2b_256");
    if (!hex) return Failure{hex.error()};
    const auto bytes = from_hex(*hex);
    const auto hash = bytes ? crypto::hash_from(*bytes) : fail(Code::corrupt, "");
    if (!hash) return damaged("blake2b_256 is no digest");
    return Manifest::File{std::move(*name), {*size, *hash}};
}

Result<void> check_files(const Manifest& manifest) {
    const auto& allowed = manifest.part == Part::data ? data_files : keys_files;
    for (const auto& one : allowed) {
        const auto count =
            std::count_if(manifest.files.begin(), manifest.files.end(), [&](const auto& file) {
                return file.name == one.name;
            });
        if (count > 1 || (one.required && count == 0))
            return damaged(std::string(one.name) + " is not named once");
    }
    for (const auto& file : manifest.files) {
        const bool known = std::any_of(allowed.begin(), allowed.end(), [&](const auto& one) {
            return file.name == one.name;
        });
        if (!known) return damaged("it names a file that such a backup does not have");
    }
    return {};
}

Result<Manifest> parse(const json::value& root, const fs::path& folder, Part part) {
    const auto format = text_at(root, "format");
    if (!format) return Failure{format.error()};
    if (*format != format_name) return damaged("it is of another format");
    const auto is = text_at(root, "part");
    if (!is) return Failure{is.error()};
    if (*is != name_of(part)) {
        return fail(
            Code::invalid,
            folder.filename().string() + " holds the " + *is + ", not the " +
                std::string(name_of(part))
        );
    }
    Manifest manifest;
    manifest.part = part;
    auto origin = text_at(root, "register");
    if (!origin) return Failure{origin.error()};
    manifest.origin = std::move(*origin);
    const auto made = text_at(root, "made");
    if (!made) return Failure{made.error()};
    const auto at = parse_instant(*made);
    if (!at) return damaged("made is no time");
    manifest.made = *at;
    const auto entries = number_at(root, "entries");
    if (!entries) return Failure{entries.error()};
    manifest.entries = *entries;
    const auto dossiers = number_at(root, "dossiers");
    if (!dossiers) return Failure{dossiers.error()};
    manifest.dossiers = *dossiers;
    const auto* files = find(root, "files");
    if (files == nullptr || !files->is_array()) return damaged("files are missing");
    for (const auto& value : files->get_array()) {
        auto file = parse_file(value);
        if (!file) return Failure{file.error()};
        manifest.files.push_back(std::move(*file));
    }
    if (auto fits = check_files(manifest); !fits) return Failure{fits.error()};
    return manifest;
}

}  // namespace

Result<void> write_manifest(const fs::path& folder, const Manifest& manifest) {
    json::array files;
    for (const auto& file : manifest.files) {
        files.push_back(json::object{
            {"name", file.name},
            {"size", file.measure.size},
            {"blake2b_256", to_hex(file.measure.hash.bytes)}});
    }
    const json::object out{
        {"format", format_name},
        {"part", name_of(manifest.part)},
        {"register", manifest.origin},
        {"made", to_text(manifest.made)},
        {"entries", manifest.entries},
        {"dossiers", manifest.dossiers},
        {"files", std::move(files)},
    };
    return crypto::replace_file(folder / manifest_file_name, bytes_of(json::serialize(out) + "\n"));
}

Result<Manifest> read_manifest(const fs::path& folder, Part part) {
    const auto content = crypto::read_file(folder / manifest_file_name, manifest_size_max);
    if (!content && content.error().code == Code::not_found)
        return fail(
            Code::not_found,
            folder.filename().string() + " is no finished backup: it has no backup.json"
        );
    if (!content) return Failure{content.error()};
    const auto root = parse_json(text_of(*content));
    if (!root) return damaged("it is not whole");
    return parse(*root, folder, part);
}

}  // namespace homeward::backup
