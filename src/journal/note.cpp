#include "crypto/file.hpp"
#include "journal/checkpoint.hpp"

#include <algorithm>
#include <array>
#include <charconv>

namespace homeward::journal {
namespace {

constexpr std::size_t note_lines = 5;
constexpr std::size_t witness_size_max = 1ULL << 30U;
constexpr std::string_view signature_mark = "\xE2\x80\x94 ";  // an em dash and a space

Failure damaged(std::string_view what) {
    return fail(Code::corrupt, "the note " + std::string(what));
}

std::string body_of(const Checkpoint& checkpoint) {
    return checkpoint.origin + "\n" + std::to_string(checkpoint.size) + "\n" +
           to_base64(checkpoint.root.bytes) + "\n";
}

// The lines of a note without their ends; empty when it is not exactly five whole lines.
std::vector<std::string_view> lines_of(std::string_view note) {
    std::vector<std::string_view> lines;
    while (!note.empty()) {
        const auto end = note.find('\n');
        if (end == std::string_view::npos || lines.size() == note_lines) return {};
        lines.push_back(note.substr(0, end));
        note.remove_prefix(end + 1);
    }
    return lines.size() == note_lines ? lines : std::vector<std::string_view>{};
}

Result<crypto::Signature> signature_in(
    std::string_view line, const std::string& origin, const crypto::PublicKey& key
) {
    const std::string start = std::string(signature_mark) + origin + " ";
    if (line.substr(0, start.size()) != start) return damaged("is signed by another");
    const auto bytes = from_base64(line.substr(start.size()));
    crypto::Signature signature;
    const auto id = crypto::note_key_id(origin, key);
    if (!bytes || bytes->size() != id.size() + signature.bytes.size())
        return damaged("has a broken signature");
    if (!std::equal(id.begin(), id.end(), bytes->begin()))
        return damaged("is signed by another key");
    std::copy(
        bytes->begin() + static_cast<std::ptrdiff_t>(id.size()),
        bytes->end(),
        signature.bytes.begin()
    );
    return signature;
}

Result<std::uint64_t> number_in(std::string_view line) {
    std::uint64_t number = 0;
    const auto* end = line.data() + line.size();
    const auto [stop, failed] = std::from_chars(line.data(), end, number);
    if (failed != std::errc{} || stop != end || line != std::to_string(number))
        return damaged("has no size");
    return number;
}

Result<Checkpoint> open(
    const crypto::PublicKey& key, const std::string& origin, std::string_view note
) {
    const auto lines = lines_of(note);
    if (lines.empty() || !lines[3].empty()) return damaged("is not a signed note");
    Checkpoint checkpoint;
    checkpoint.origin = lines[0];
    if (checkpoint.origin != origin) return damaged("is of another journal");
    const auto size = number_in(lines[1]);
    if (!size) return Failure{size.error()};
    checkpoint.size = *size;
    const auto root = from_base64(lines[2]);
    if (!root || root->size() != checkpoint.root.bytes.size()) return damaged("has no root");
    checkpoint.root = *crypto::hash_from(*root);
    const auto signature = signature_in(lines[4], checkpoint.origin, key);
    if (!signature) return Failure{signature.error()};
    if (!crypto::verify(key, bytes_of(body_of(checkpoint)), *signature))
        return damaged("has a wrong signature");
    return checkpoint;
}

}  // namespace

std::string origin_of(const crypto::PublicKey& key) {
    const auto hash = crypto::hash256(key.bytes);
    return "homeward/" + to_hex(BytesView(hash.bytes).first(8));
}

std::string tail_origin_of(const crypto::PublicKey& key) { return origin_of(key) + "/tail"; }

std::string sign_note(const crypto::Keyring& keyring, const Checkpoint& checkpoint) {
    const std::string body = body_of(checkpoint);
    const auto id = crypto::note_key_id(checkpoint.origin, keyring.public_key());
    const auto signature = keyring.sign(bytes_of(body));
    Bytes signed_by(id.begin(), id.end());
    signed_by.insert(signed_by.end(), signature.bytes.begin(), signature.bytes.end());
    return body + "\n" + std::string(signature_mark) + checkpoint.origin + " " +
           to_base64(signed_by) + "\n";
}

Result<Checkpoint> open_note(const crypto::PublicKey& key, std::string_view note) {
    return open(key, origin_of(key), note);
}

Result<Checkpoint> open_tail(const crypto::PublicKey& key, std::string_view note) {
    return open(key, tail_origin_of(key), note);
}

Result<std::vector<std::string>> read_witness(const std::filesystem::path& file) {
    const auto content = crypto::read_file(file, witness_size_max);
    if (!content) return Failure{content.error()};
    std::string_view rest = text_of(*content);
    std::vector<std::string> notes;
    while (!rest.empty()) {
        std::size_t end = 0;
        for (std::size_t i = 0; i < note_lines; ++i) {
            end = rest.find('\n', end);
            if (end == std::string_view::npos) {
                notes.emplace_back(rest);
                return notes;
            }
            ++end;
        }
        notes.emplace_back(rest.substr(0, end));
        rest.remove_prefix(end);
    }
    return notes;
}

}  // namespace homeward::journal
