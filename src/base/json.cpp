#include "base/json.hpp"

#include <boost/json/basic_parser_impl.hpp>
#include <boost/json/serializer.hpp>
#include <boost/json/value_stack.hpp>

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <cstddef>
#include <memory_resource>
#include <string>
#include <utility>
#include <vector>

namespace homeward {
namespace {

constexpr std::array<std::string_view, 3> refused_keys{"__proto__", "constructor", "prototype"};

/// Builds a value and remembers the keys of every object that is still open. What a small text
/// needs meanwhile lies in itself: records are read by the thousand.
struct Handler {
    static constexpr std::size_t max_object_size = std::size_t(-1);
    static constexpr std::size_t max_array_size = std::size_t(-1);
    static constexpr std::size_t max_key_size = std::size_t(-1);
    static constexpr std::size_t max_string_size = std::size_t(-1);

    using error_code = boost::json::error_code;
    using view = boost::json::string_view;

    /// A key of an object that is still open, within `key_text`.
    struct Key {
        std::size_t begin;
        std::size_t size;
    };

    std::array<unsigned char, 2048> values_begin;
    boost::json::value_stack stack{{}, values_begin.data(), values_begin.size()};
    std::array<std::byte, 2048> keys_begin;
    std::pmr::monotonic_buffer_resource keys_memory{keys_begin.data(), keys_begin.size()};
    std::pmr::string key_text{&keys_memory};
    std::pmr::vector<Key> open_keys{&keys_memory};
    std::size_t key_begin = 0;
    std::string number;
    std::string refused;

    bool on_document_begin(error_code&) { return true; }
    bool on_document_end(error_code&) { return true; }
    bool on_object_begin(error_code&) { return true; }
    bool on_object_end(std::size_t n, error_code& ec) {
        if (has_twice(n)) {
            refused = "a key stands twice";
            ec = boost::json::error::syntax;
            return false;
        }
        stack.push_object(n);
        return true;
    }
    bool on_array_begin(error_code&) { return true; }
    bool on_array_end(std::size_t n, error_code&) {
        stack.push_array(n);
        return true;
    }
    bool on_key_part(view part, std::size_t, error_code&) {
        key_text.append(part.data(), part.size());
        return true;
    }
    bool on_key(view part, std::size_t, error_code& ec) {
        key_text.append(part.data(), part.size());
        open_keys.push_back({key_begin, key_text.size() - key_begin});
        key_begin = key_text.size();
        const std::string_view key = text_of(open_keys.back());
        if (std::find(refused_keys.begin(), refused_keys.end(), key) != refused_keys.end()) {
            refused = "a key of this name is refused";
            ec = boost::json::error::syntax;
            return false;
        }
        stack.push_key(key);
        return true;
    }
    bool on_string_part(view part, std::size_t, error_code&) {
        stack.push_chars(part);
        return true;
    }
    bool on_string(view part, std::size_t, error_code&) {
        stack.push_string(part);
        return true;
    }
    bool on_number_part(view part, error_code&) {
        number.append(part.data(), part.size());
        return true;
    }
    bool on_int64(std::int64_t i, view, error_code&) {
        number.clear();
        stack.push_int64(i);
        return true;
    }
    bool on_uint64(std::uint64_t u, view, error_code&) {
        number.clear();
        stack.push_uint64(u);
        return true;
    }
    bool on_double(double d, view part, error_code& ec) {
        // Boost's double may be a neighbour of the one that is written: it would drift with each
        // time that it is stored and read.
        number.append(part.data(), part.size());
        double nearest = 0;
        const char* const end = number.data() + number.size();
        const auto read = std::from_chars(number.data(), end, nearest);
        if (read.ec == std::errc{} && read.ptr == end) d = nearest;
        number.clear();
        // Boost takes it for infinity, writes that as a number, and cannot read that number back.
        if (!std::isfinite(d)) {
            refused = "a number is larger than is taken here";
            ec = boost::json::error::exponent_overflow;
            return false;
        }
        stack.push_double(d);
        return true;
    }
    bool on_bool(bool b, error_code&) {
        stack.push_bool(b);
        return true;
    }
    bool on_null(error_code&) {
        stack.push_null();
        return true;
    }
    bool on_comment_part(view, error_code&) { return true; }
    bool on_comment(view, error_code&) { return true; }

  private:
    std::string_view text_of(const Key& key) const {
        return std::string_view(key_text).substr(key.begin, key.size);
    }
    // Of the last `n` keys, which are those of the object that ends, and forgets them.
    bool has_twice(std::size_t n) {
        if (n == 0) return false;
        const auto first = open_keys.end() - static_cast<std::ptrdiff_t>(n);
        key_begin = first->begin;
        // Any order will do, and sizes are compared sooner than texts.
        std::sort(first, open_keys.end(), [this](const Key& a, const Key& b) {
            return a.size != b.size ? a.size < b.size : text_of(a) < text_of(b);
        });
        const bool twice =
            std::adjacent_find(first, open_keys.end(), [this](const Key& a, const Key& b) {
                return text_of(a) == text_of(b);
            }) != open_keys.end();
        open_keys.erase(first, open_keys.end());
        key_text.resize(key_begin);
        return twice;
    }
};

}  // namespace

Result<json::value> parse_json(
    std::string_view text, const JsonLimits& limits, json::storage_ptr memory
) {
    if (text.size() > limits.bytes_max)
        return fail(Code::too_large, "the JSON text is longer than is taken here");
    boost::json::parse_options options;
    options.max_depth = limits.depth_max;
    boost::json::basic_parser<Handler> parser(options);
    parser.handler().stack.reset(std::move(memory));
    boost::json::error_code ec;
    const std::size_t used = parser.write_some(false, text.data(), text.size(), ec);
    if (!ec && used < text.size()) ec = boost::json::error::extra_data;
    if (ec == boost::json::error::too_deep)
        return fail(Code::too_large, "the JSON text is nested deeper than is taken here");
    if (ec) {
        const auto& refused = parser.handler().refused;
        return fail(
            Code::invalid,
            "not JSON at byte " + std::to_string(used) + ": " +
                (refused.empty() ? ec.message() : refused)
        );
    }
    return parser.handler().stack.release();
}

void append_json(std::string& out, const json::object& object) {
    json::serializer serializer;
    serializer.reset(&object);
    std::array<char, 4096> piece;
    while (!serializer.done()) out += serializer.read(piece.data(), piece.size());
}

const json::value* find(const json::value& object, std::string_view key) {
    const auto* as_object = object.if_object();
    return as_object ? as_object->if_contains(key) : nullptr;
}

std::string pointer_to(std::string_view pointer, std::string_view key) {
    std::string out(pointer);
    out += '/';
    for (char c : key) {
        if (c == '~') {
            out += "~0";
        } else if (c == '/') {
            out += "~1";
        } else {
            out += c;
        }
    }
    return out;
}

std::string pointer_to(std::string_view pointer, std::size_t index) {
    return std::string(pointer) + '/' + std::to_string(index);
}

}  // namespace homeward
