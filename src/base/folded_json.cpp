#include "base/folded_json.hpp"

#include "base/check.hpp"

#include <boost/json/value_stack.hpp>

#include <array>
#include <cstdint>
#include <cstring>
#include <utility>

namespace homeward {
namespace {

/// What comes next. Of a text, an array and an object the size follows.
enum class Tag : std::uint8_t { null, no, yes, integer, natural, real, text, array, object };

/// A size takes one byte, or this one and eight more.
constexpr std::uint8_t long_size = 0xFF;

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

}  // namespace

std::string fold_json(const json::object& object) {
    Folder folder;
    folder.object(object);
    return folder.take();
}

json::object unfold_json(std::string_view folded, json::storage_ptr memory) {
    return Unfolder(folded, std::move(memory)).object();
}

}  // namespace homeward
