#include "policy/record.hpp"

#include "base/id.hpp"
#include "cel/text.hpp"
#include "policy/values.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace homeward::policy {
namespace {

using Checked = Result<void>;

constexpr std::int64_t integer_max = std::int64_t{1} << 53U;  // exact in every JSON reader
constexpr std::int64_t age_years_max = 150;

std::string_view view(const json::string& text) { return {text.data(), text.size()}; }

/// Checks one value after another and remembers where it is.
class Checker {
  public:
    explicit Checker(const Pack& pack) : pack_(pack) {}

    Checked object(
        const std::vector<Field>& fields, const json::object& data, const std::string& at
    ) {
        for (const auto& member : data) {
            const std::string_view key(member.key().data(), member.key().size());
            const auto here = pointer_to(at, key);
            const auto field = std::find_if(fields.begin(), fields.end(), [&](const Field& f) {
                return f.id == key;
            });
            if (field == fields.end()) return unknown_field(fields, key, here);
            if (auto checked = answer(*field, member.value(), here); !checked) return checked;
        }
        return {};
    }

  private:
    static Checked refuse(const std::string& at, std::string why) {
        return fail(Code::invalid, std::move(why), at);
    }

    static Checked unknown_field(
        const std::vector<Field>& fields, std::string_view key, const std::string& at
    ) {
        std::vector<std::string_view> names;
        for (const auto& field : fields) names.emplace_back(field.id);
        const auto near = cel::nearest(key, names);
        if (near.empty()) return refuse(at, "there is no such field");
        return refuse(at, fmt::format("there is no such field (did you mean '{}'?)", near));
    }

    Checked answer(const Field& field, const json::value& value, const std::string& at) {
        if (field.type == FieldType::computed) return refuse(at, "this is computed, not entered");
        if (is_unknown_answer(value)) return {};
        if (!field.repeats) return single(field, value, at);
        if (!value.is_array()) return refuse(at, "this is a list");
        const auto& items = value.get_array();
        if (items.size() > list_items_max)
            return fail(Code::too_large, fmt::format("more than {} items", list_items_max), at);
        for (std::size_t i = 0; i < items.size(); ++i)
            if (auto checked = single(field, items[i], pointer_to(at, i)); !checked) return checked;
        return {};
    }

    Checked single(const Field& field, const json::value& value, const std::string& at) {
        switch (field.type) {
            case FieldType::text:
                return text(value, text_chars_max, at);
            case FieldType::long_text:
                return text(value, long_text_chars_max, at);
            case FieldType::number:
            case FieldType::scale:
                return integer(field, value, at);
            case FieldType::decimal:
                return bounded(field, value, at);
            case FieldType::tri:
                return tri(value, at);
            case FieldType::date:
                return date(value, at);
            case FieldType::instant:
                return instant(value, at);
            case FieldType::age:
                return age(field, value, at);
            case FieldType::code:
                return code(field, value, at);
            case FieldType::codes:
                return codes(field, value, at);
            case FieldType::person_name:
                return person_name(value, at);
            case FieldType::place:
                return place(value, at);
            case FieldType::reference:
                return reference(value, at);
            case FieldType::group:
                return group(field, value, at);
            case FieldType::money:
                return money(value, at);
            case FieldType::duration:
                return duration(value, at);
            case FieldType::computed:
                break;
        }
        return {};
    }

    static Checked text(const json::value& value, std::size_t chars_max, const std::string& at) {
        if (!value.is_string()) return refuse(at, "this is a text");
        const auto text = view(value.get_string());
        if (cel::count_code_points(text) > chars_max)
            return fail(Code::too_large, fmt::format("more than {} characters", chars_max), at);
        const bool controls = std::any_of(text.begin(), text.end(), [](char c) {
            return (c >= 0 && c < ' ' && c != '\n' && c != '\t' && c != '\r') || c == 0x7F;
        });
        return controls ? refuse(at, "the text holds control characters") : Checked{};
    }

    static Checked whole(
        const json::value& value, std::int64_t min, std::int64_t max, const std::string& at
    ) {
        if (!value.is_int64() && !value.is_uint64()) return refuse(at, "this is a whole number");
        const bool huge = value.is_uint64() && value.get_uint64() > static_cast<std::uint64_t>(max);
        const auto number = huge ? max : value.to_number<std::int64_t>();
        if (huge || number < min || number > max)
            return refuse(at, fmt::format("not between {} and {}", min, max));
        return {};
    }

    static Checked integer(const Field& field, const json::value& value, const std::string& at) {
        return whole(value, field.min.value_or(-integer_max), field.max.value_or(integer_max), at);
    }

    static Checked decimal(const json::value& value, const std::string& at) {
        if (value.is_string() && is_decimal(view(value.get_string()))) return {};
        return refuse(
            at,
            fmt::format("a decimal is a string like \"12.50\", up to {} digits", decimal_digits_max)
        );
    }

    static Checked bounded(const Field& field, const json::value& value, const std::string& at) {
        if (auto checked = decimal(value, at); !checked) return checked;
        double number = 0;
        const bool read = cel::read_double(view(value.get_string()), number);
        const bool low = field.min && number < static_cast<double>(*field.min);
        const bool high = field.max && number > static_cast<double>(*field.max);
        if (!read || low || high) return refuse(at, "the number is out of its bounds");
        return {};
    }

    static Checked tri(const json::value& value, const std::string& at) {
        if (value.is_string())
            for (const std::string_view word : {"yes", "no", "unknown"})
                if (view(value.get_string()) == word) return {};
        return refuse(at, "this is yes, no or unknown");
    }

    Checked when(const json::value& value, bool exact, const std::string& at) const {
        if (!value.is_string()) return refuse(at, "a date is a string");
        const auto text = view(value.get_string());
        if (!exact && text.find_first_of("Tt") != std::string_view::npos)
            return refuse(at, "this is a date without a time of day");
        const auto span = parse_when(pack_, text);
        return span ? Checked{} : refuse(at, span.error().text);
    }

    Checked date(const json::value& value, const std::string& at) const {
        return when(value, false, at);
    }
    Checked instant(const json::value& value, const std::string& at) const {
        return when(value, true, at);
    }

    /// Refuses members of an object that are not among `known`.
    static Checked only(
        const json::object& object,
        std::initializer_list<std::string_view> known,
        const std::string& at
    ) {
        for (const auto& member : object) {
            const std::string_view key(member.key().data(), member.key().size());
            if (std::find(known.begin(), known.end(), key) == known.end())
                return refuse(pointer_to(at, key), "there is no such part");
        }
        return {};
    }

    Checked age(const Field& field, const json::value& value, const std::string& at) {
        if (!value.is_object())
            return refuse(at, "an age is {born, basis} or {low, high, at, basis}");
        const auto& object = value.get_object();
        if (auto checked = only(object, {"born", "low", "high", "at", "basis"}, at); !checked)
            return checked;
        const auto* born = object.if_contains("born");
        const auto* low = object.if_contains("low");
        const auto* high = object.if_contains("high");
        const auto* seen = object.if_contains("at");
        const auto* basis = object.if_contains("basis");
        if (basis != nullptr) {
            auto checked = field.has_codes ? code(field, *basis, pointer_to(at, "basis"))
                                           : text(*basis, text_chars_max, pointer_to(at, "basis"));
            if (!checked) return checked;
        }
        const bool ranged = low != nullptr && high != nullptr && seen != nullptr;
        if ((born != nullptr) == (low != nullptr || high != nullptr || seen != nullptr) ||
            (born == nullptr && !ranged))
            return refuse(at, "an age has either 'born', or 'low', 'high' and 'at'");
        if (born != nullptr) return date(*born, pointer_to(at, "born"));
        for (const auto& [name, part] : {std::pair("low", low), std::pair("high", high)})
            if (auto checked = whole(*part, 0, age_years_max, pointer_to(at, name)); !checked)
                return checked;
        if (low->to_number<std::int64_t>() > high->to_number<std::int64_t>())
            return refuse(at, "'low' is above 'high'");
        return date(*seen, pointer_to(at, "at"));
    }

    Checked code(const Field& field, const json::value& value, const std::string& at) const {
        const auto& list = pack_.code_lists()[field.codes];
        if (!value.is_string()) return refuse(at, fmt::format("this is a code of '{}'", list.id));
        const auto word = view(value.get_string());
        if (list.has(word)) return {};
        std::vector<std::string_view> words;
        for (const auto& one : list.codes) words.emplace_back(one.id);
        const auto near = cel::nearest(word, words);
        const auto hint = near.empty() ? std::string() : fmt::format(" (did you mean '{}'?)", near);
        return refuse(at, fmt::format("not a code of '{}'{}", list.id, hint));
    }

    Checked codes(const Field& field, const json::value& value, const std::string& at) const {
        if (!value.is_array()) return refuse(at, "this is a list of codes");
        const auto& items = value.get_array();
        if (items.size() > list_items_max)
            return fail(Code::too_large, fmt::format("more than {} items", list_items_max), at);
        for (std::size_t i = 0; i < items.size(); ++i)
            if (auto checked = code(field, items[i], pointer_to(at, i)); !checked) return checked;
        return {};
    }

    static Checked person_name(const json::value& value, const std::string& at) {
        const auto* parts = value.is_object() ? value.get_object().if_contains("parts") : nullptr;
        if (parts == nullptr || !parts->is_array() || parts->get_array().empty())
            return refuse(at, "a name is {parts: [{kind, text}], script}");
        if (auto checked = only(value.get_object(), {"parts", "script"}, at); !checked)
            return checked;
        const auto list = pointer_to(at, "parts");
        const auto& items = parts->get_array();
        if (items.size() > name_parts_max)
            return fail(Code::too_large, fmt::format("more than {} parts", name_parts_max), list);
        for (std::size_t i = 0; i < items.size(); ++i)
            if (auto checked = name_part(items[i], pointer_to(list, i)); !checked) return checked;
        const auto* script = value.get_object().if_contains("script");
        if (script == nullptr) return {};
        const bool shaped = script->is_string() && is_script(view(script->get_string()));
        return shaped ? Checked{}
                      : refuse(pointer_to(at, "script"), "a script is four letters, such as Arab");
    }

    static Checked name_part(const json::value& value, const std::string& at) {
        constexpr std::array<std::string_view, 5> kinds{
            "given",
            "father",
            "grandfather",
            "family",
            "nick",
        };
        const auto* kind = value.is_object() ? value.get_object().if_contains("kind") : nullptr;
        const auto* words = value.is_object() ? value.get_object().if_contains("text") : nullptr;
        if (kind == nullptr || words == nullptr) return refuse(at, "a part is {kind, text}");
        if (auto checked = only(value.get_object(), {"kind", "text"}, at); !checked) return checked;
        const bool known =
            kind->is_string() &&
            std::find(kinds.begin(), kinds.end(), view(kind->get_string())) != kinds.end();
        if (!known)
            return refuse(
                pointer_to(at, "kind"), "a part is given, father, grandfather, family or nick"
            );
        return text(*words, text_chars_max, pointer_to(at, "text"));
    }

    static Checked place(const json::value& value, const std::string& at) {
        if (!value.is_object() || value.get_object().empty())
            return refuse(at, "a place is {pcode, text}; either may be left out");
        const auto& object = value.get_object();
        if (auto checked = only(object, {"pcode", "text"}, at); !checked) return checked;
        if (const auto* words = object.if_contains("text"))
            if (auto checked = text(*words, text_chars_max, pointer_to(at, "text")); !checked)
                return checked;
        const auto* pcode = object.if_contains("pcode");
        if (pcode == nullptr) return {};
        const bool shaped = pcode->is_string() && is_pcode(view(pcode->get_string()));
        return shaped ? Checked{}
                      : refuse(
                            pointer_to(at, "pcode"), "a P-code is letters and digits, such as IQ01"
                        );
    }

    static Checked reference(const json::value& value, const std::string& at) {
        if (value.is_string() && parse_id(view(value.get_string()))) return {};
        return refuse(at, "a reference is the id of a record or a dossier");
    }

    Checked group(const Field& field, const json::value& value, const std::string& at) {
        if (!value.is_object()) return refuse(at, "this is an object of its fields");
        return object(field.fields, value.get_object(), at);
    }

    static Checked money(const json::value& value, const std::string& at) {
        const auto* amount = value.is_object() ? value.get_object().if_contains("amount") : nullptr;
        const auto* unit = value.is_object() ? value.get_object().if_contains("currency") : nullptr;
        if (amount == nullptr || unit == nullptr)
            return refuse(at, "money is {amount: \"12.50\", currency: \"IQD\"}");
        if (auto checked = only(value.get_object(), {"amount", "currency"}, at); !checked)
            return checked;
        if (!unit->is_string() || !is_currency(view(unit->get_string())))
            return refuse(pointer_to(at, "currency"), "a currency is three capital letters");
        return decimal(*amount, pointer_to(at, "amount"));
    }

    static Checked duration(const json::value& value, const std::string& at) {
        if (value.is_string() && duration_seconds(view(value.get_string()))) return {};
        return refuse(at, "a duration is written PT45M, P3D or P1DT2H");
    }

    const Pack& pack_;
};

}  // namespace

Result<RecordData> parse_data(const Pack& pack, const Kind& kind, const json::value& data) {
    if (!data.is_object()) return fail(Code::invalid, "the data of a record is an object");
    if (auto checked = Checker(pack).object(kind.fields, data.get_object(), ""); !checked)
        return tl::unexpected(checked.error());
    return RecordData{pack.index_of(kind), data.get_object()};
}

}  // namespace homeward::policy
