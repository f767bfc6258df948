#include "base/folded_json.hpp"

#include "base/check.hpp"

#include <boost/json/value_stack.hpp>

#include <array>
#include <bit>
#include <cstdint>
#include <cstring>
#include <utility>

namespace homeward {
namespace {

/// What comes next. Of a text, an array and an object the size follows.
enum class Tag : std::uint8_t { null, no, yes, integer, natural, real, text, array, object };

/// A size takes one byte, or this one and eight more.
constexpr std::uint8_t long_size = 0xFF;

// It is stored as it is, numbers in the order of this machine's bytes.
static_assert(std::endian::native == std::endian::little);
static_assert(sizeof(std::size_t) == 8);

class Folder {
  public:
    void object(const json::object& object) {
        start(Tag::object, object.size());
        for (const auto& member : object) {
            sized(member.key());
            value(member.value());
        }
    }
    std::string take() { return std::move(out_); }

  private:
    void value(const json::value& value) {
        switch (value.kind()) {
            case json::kind::null:
                return tag(Tag::null);
            case json::kind::bool_:
                return tag(value.get_bool() ? Tag::yes : Tag::no);
            case json::kind::int64:
                return number(Tag::integer, value.get_int64());
            case json::kind::uint64:
                return number(Tag::natural, value.get_uint64());
            case json::kind::double_:
                return number(Tag::real, value.get_double());
            case json::kind::string:
                tag(Tag::text);
                return sized(value.get_string());
            case json::kind::array:
                start(Tag::array, value.get_array().size());
                for (const auto& item : value.get_array()) this->value(item);
                return;
            case json::kind::object:
                return object(value.get_object());
        }
    }
    template <class Number>
    void number(Tag kind, Number number) {
        tag(kind);
        raw(number);
    }
    void start(Tag kind, std::size_t count) {
        tag(kind);
        size(count);
    }
    void sized(std::string_view text) {
        size(text.size());
        out_ += text;
    }
    void size(std::size_t size) {
        if (size < long_size) return out_.push_back(static_cast<char>(size));
        out_.push_back(static_cast<char>(long_size));
        raw(size);
    }
    void tag(Tag kind) { out_.push_back(static_cast<char>(kind)); }
    template <class Number>
    void raw(Number number) {
        std::array<char, sizeof(Number)> bytes;
        std::memcpy(bytes.data(), &number, bytes.size());
        out_.append(bytes.data(), bytes.size());
    }

    std::string out_;
};

class Unfolder {
  public:
    Unfolder(std::string_view folded, json::storage_ptr memory) : left_(folded) {
        stack_.reset(std::move(memory));
    }

    json::object object() {
        value();
        check(left_.empty(), "what was folded is one object");
        json::value whole = stack_.release();
        check(whole.is_object(), "what was folded is an object");
        return std::move(whole.get_object());
    }

  private:
    void value() {
        switch (static_cast<Tag>(raw<std::uint8_t>())) {
            case Tag::null:
                return stack_.push_null();
            case Tag::no:
                return stack_.push_bool(false);
            case Tag::yes:
                return stack_.push_bool(true);
            case Tag::integer:
                return stack_.push_int64(raw<std::int64_t>());
            case Tag::natural:
                return stack_.push_uint64(raw<std::uint64_t>());
            case Tag::real:
                return stack_.push_double(raw<double>());
            case Tag::text:
                return stack_.push_string(text());
            case Tag::array: {
                const std::size_t count = size();
                for (std::size_t i = 0; i < count; ++i) value();
                return stack_.push_array(count);
            }
            case Tag::object: {
                const std::size_t count = size();
                for (std::size_t i = 0; i < count; ++i) {
                    stack_.push_key(text());
                    value();
                }
                return stack_.push_object(count);
            }
        }
        check(false, "what was folded holds values alone");
    }
    std::string_view text() { return take(size()); }
    std::size_t size() {
        const auto small = raw<std::uint8_t>();
        return small == long_size ? raw<std::size_t>() : small;
    }
    template <class Number>
    Number raw() {
        Number number;
        std::memcpy(&number, take(sizeof number).data(), sizeof number);
        return number;
    }
    std::string_view take(std::size_t count) {
        check(count <= left_.size(), "what was folded is whole");
        const std::string_view taken = left_.substr(0, count);
        left_.remove_prefix(count);
        return taken;
    }

    std::string_view left_;
    std::array<unsigned char, 2048> begin_;
    json::value_stack stack_{{}, begin_.data(), begin_.size()};
};

/// Goes through what was folded, and says whether it could be taken back.
class Checker {
  public:
    explicit Checker(std::string_view folded) : left_(folded) {}

    bool is_object() {
        const bool begins = !left_.empty() && static_cast<Tag>(left_.front()) == Tag::object;
        return begins && value(folded_depth_max) && left_.empty();
    }

  private:
    bool value(std::size_t depth) {
        if (left_.empty()) return false;
        const auto tag = static_cast<Tag>(left_.front());
        left_.remove_prefix(1);
        switch (tag) {
            case Tag::null:
            case Tag::no:
            case Tag::yes:
                return true;
            case Tag::integer:
            case Tag::natural:
            case Tag::real:
                return skip(sizeof(std::uint64_t));
            case Tag::text:
                return text();
            case Tag::array:
                return items(depth, [&] { return value(depth - 1); });
            case Tag::object:
                return items(depth, [&] { return text() && value(depth - 1); });
        }
        return false;
    }
    template <class Item>
    bool items(std::size_t depth, Item item) {
        std::size_t count = 0;
        if (depth == 0 || !size(count)) return false;
        for (; count > 0; --count) {
            if (!item()) return false;
        }
        return true;
    }
    bool text() {
        std::size_t count = 0;
        return size(count) && skip(count);
    }
    bool size(std::size_t& size) {
        if (left_.empty()) return false;
        size = static_cast<std::uint8_t>(left_.front());
        left_.remove_prefix(1);
        if (size != long_size) return true;
        const std::string_view bytes = left_.substr(0, sizeof size);
        if (!skip(sizeof size)) return false;
        std::memcpy(&size, bytes.data(), sizeof size);
        return true;
    }
    bool skip(std::size_t count) {
        if (count > left_.size()) return false;
        left_.remove_prefix(count);
        return true;
    }

    std::string_view left_;
};

}  // namespace

bool is_folded_json(std::string_view folded) { return Checker(folded).is_object(); }

std::string fold_json(const json::object& object) {
    Folder folder;
    folder.object(object);
    return folder.take();
}

json::object unfold_json(std::string_view folded, json::storage_ptr memory) {
    return Unfolder(folded, std::move(memory)).object();
}

}  // namespace homeward
