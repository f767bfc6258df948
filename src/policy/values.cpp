#include "policy/values.hpp"

#include "base/id.hpp"
#include "cel/text.hpp"
#include "policy/pack_data.hpp"
#include "policy/record.hpp"

#include <algorithm>
#include <array>
#include <chrono>

namespace homeward::policy {
namespace {

using cel::Value;

constexpr std::int64_t duration_days_max = 36'525;

std::string_view view(const json::string& text) { return {text.data(), text.size()}; }

/// The text of a string, or empty.
std::string_view word_of(const json::value* value) {
    return value != nullptr && value->is_string() ? view(value->get_string()) : std::string_view();
}

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_capital(char c) { return c >= 'A' && c <= 'Z'; }
bool is_small(char c) { return c >= 'a' && c <= 'z'; }

/// Turns answers into values of one dossier.
class Converter {
  public:
    Converter(const Pack& pack, cel::Arena& arena) : pack_(pack), arena_(arena) {}

    void slots(const std::vector<Field>& fields, const json::object& data, Value* out) {
        // Answers mostly stand in the order of the form: looking goes on where the last one was.
        auto next = fields.begin();
        for (const auto& member : data) {
            const auto is = [key = std::string_view(member.key())](const Field& field) {
                return field.id == key;
            };
            auto field = std::find_if(next, fields.end(), is);
            if (field == fields.end()) {
                field = std::find_if(fields.begin(), next, is);
                if (field == next) continue;
            }
            next = std::next(field);
            if (!member.value().is_null()) out[field->slot] = convert(*field, member.value());
        }
    }

    Value convert(const Field& field, const json::value& answer) {
        if (is_unknown_answer(answer)) return unknown(field);
        // A text that was emptied is no answer any more.
        if (answer.is_string() && answer.get_string().empty()) return Value::absent();
        const auto value = field.repeats ? list(field, answer) : single(field, answer);
        return value.is(cel::Kind::absent) ? unknown(field) : value;
    }

  private:
    Value unknown(const Field& field) const {
        return Value::unknown({&pack_.data().unknown_views[field.path], 1});
    }

    Value list(const Field& field, const json::value& answer) {
        if (!answer.is_array()) return Value::absent();
        const auto& items = answer.get_array();
        const auto out = arena_.array<Value>(items.size());
        for (std::size_t i = 0; i < items.size(); ++i) {
            out[i] = single(field, items[i]);
            if (out[i].is(cel::Kind::absent)) out[i] = unknown(field);
        }
        return Value::list(out);
    }

    /// Absent means that the answer does not fit.
    Value single(const Field& field, const json::value& answer) {
        switch (field.type) {
            case FieldType::text:
            case FieldType::long_text:
                return string(word_of(&answer));
            case FieldType::number:
            case FieldType::scale:
                return integer(answer);
            case FieldType::decimal:
                return real(word_of(&answer));
            case FieldType::tri:
                return tri(field, word_of(&answer));
            case FieldType::date:
            case FieldType::instant:
                return moment(word_of(&answer));
            case FieldType::age:
                return age(answer);
            case FieldType::code:
                return code(field, answer);
            case FieldType::codes:
                return codes(field, answer);
            case FieldType::person_name:
                return person_name(answer);
            case FieldType::place:
                return place(field, answer);
            case FieldType::reference:
                return reference(word_of(&answer));
            case FieldType::group:
                return group(field, answer);
            case FieldType::money:
                return real(word_of(find(answer, "amount")));
            case FieldType::duration:
                return duration(word_of(&answer));
            case FieldType::computed:
                break;
        }
        return Value::absent();
    }

    Value string(std::string_view text) {
        return text.empty() ? Value::absent() : Value::string(arena_.copy(text));
    }

    static Value integer(const json::value& answer) {
        return answer.is_int64() ? Value::integer(answer.get_int64()) : Value::absent();
    }

    static Value real(std::string_view text) {
        double out = 0;
        return is_decimal(text) && cel::read_double(text, out) ? Value::real(out) : Value::absent();
    }

    Value tri(const Field& field, std::string_view text) const {
        if (text == "yes") return Value::boolean(true);
        if (text == "no") return Value::boolean(false);
        return text == "unknown" ? unknown(field) : Value::absent();
    }

    Value moment(std::string_view text) const {
        const auto span = parse_when(pack_, text);
        if (!span) return Value::absent();
        return Value::moment({span->earliest.us, span->latest.us});
    }

    Value age(const json::value& answer) const {
        if (const auto* born = find(answer, "born")) return moment(word_of(born));
        const auto* low = find(answer, "low");
        const auto* high = find(answer, "high");
        const auto seen = moment(word_of(find(answer, "at")));
        const bool whole = low != nullptr && high != nullptr && low->is_int64() && high->is_int64();
        if (!whole || !seen.is(cel::Kind::moment)) return Value::absent();
        // Somebody of at most `high` was born after the day on which `high + 1` would be reached.
        const auto at = seen.as_moment();
        const auto earliest = years_before({at.earliest_us}, high->get_int64() + 1).us + us_per_day;
        const auto latest = years_before({at.latest_us}, low->get_int64()).us;
        return earliest <= latest ? Value::moment({earliest, latest}) : Value::absent();
    }

    static Instant years_before(Instant at, std::int64_t years) {
        using namespace std::chrono;
        const auto day = floor<days>(sys_time<microseconds>(microseconds(at.us)));
        const auto rest = microseconds(at.us) - day.time_since_epoch();
        auto date = year_month_day(day) - std::chrono::years(static_cast<int>(years));
        if (!date.ok()) date = date.year() / date.month() / std::chrono::last;
        return {sys_days(date).time_since_epoch().count() * us_per_day + rest.count()};
    }

    /// A code as the pack holds it, so that no copy is needed; a code that is gone does not fit.
    Value code(const Field& field, const json::value& answer) const {
        const auto& list = pack_.code_lists()[field.codes];
        const auto index = list.index_of(word_of(&answer));
        return index ? Value::string(list.codes[*index].id) : Value::absent();
    }

    Value codes(const Field& field, const json::value& answer) {
        if (!answer.is_array()) return Value::absent();
        const auto& items = answer.get_array();
        const auto out = arena_.array<Value>(items.size());
        for (std::size_t i = 0; i < items.size(); ++i) {
            out[i] = code(field, items[i]);
            if (out[i].is(cel::Kind::absent)) return out[i];
        }
        return Value::list(out);
    }

    Value person_name(const json::value& answer) {
        const auto* parts = find(answer, "parts");
        if (parts == nullptr || !parts->is_array()) return Value::absent();
        std::string full;
        for (const auto& part : parts->get_array()) {
            const auto words = word_of(find(part, "text"));
            if (!full.empty() && !words.empty()) full += ' ';
            full += words;
        }
        return string(full);
    }

    Value place(const Field& field, const json::value& answer) {
        const auto pcode = word_of(find(answer, "pcode"));
        // A place in words only is known, but not by a code.
        return pcode.empty() && find(answer, "text") != nullptr ? unknown(field) : string(pcode);
    }

    Value reference(std::string_view text) {
        const auto id = parse_id(text);
        return id ? string(to_text(*id)) : Value::absent();
    }

    Value group(const Field& field, const json::value& answer) {
        if (!answer.is_object()) return Value::absent();
        const auto out = arena_.array<Value>(std::max<std::size_t>(1, field.group->slot_count()));
        std::fill(out.begin(), out.end(), Value::absent());
        slots(field.fields, answer.get_object(), out.data());
        return Value::object(*field.group, out.data());
    }

    static Value duration(std::string_view text) {
        const auto seconds = duration_seconds(text);
        return seconds ? Value::duration({*seconds, 0}) : Value::absent();
    }

    const Pack& pack_;
    cel::Arena& arena_;
};

}  // namespace

bool is_unknown_answer(const json::value& value) {
    if (!value.is_object() || value.get_object().size() != 1) return false;
    const auto* why = value.get_object().if_contains("unknown");
    if (why == nullptr || !why->is_string()) return false;
    for (const std::string_view word : {"not_known", "not_asked", "refused", "not_applicable_yet"})
        if (view(why->get_string()) == word) return true;
    return false;
}

bool is_decimal(std::string_view text) {
    if (!text.empty() && text[0] == '-') text.remove_prefix(1);
    const auto dot = text.find('.');
    const auto whole = text.substr(0, dot);
    const auto part = dot == std::string_view::npos ? std::string_view("0") : text.substr(dot + 1);
    const auto count = whole.size() + (dot == std::string_view::npos ? 0 : part.size());
    return !whole.empty() && !part.empty() && count <= decimal_digits_max &&
           std::all_of(whole.begin(), whole.end(), is_digit) &&
           std::all_of(part.begin(), part.end(), is_digit);
}

bool is_pcode(std::string_view text) {
    constexpr std::size_t pcode_chars_max = 20;
    return text.size() >= 2 && text.size() <= pcode_chars_max && is_capital(text[0]) &&
           is_capital(text[1]) && std::all_of(text.begin(), text.end(), [](char c) {
               return is_digit(c) || is_capital(c) || is_small(c);
           });
}

bool is_script(std::string_view text) {
    return text.size() == 4 && is_capital(text[0]) && is_small(text[1]) && is_small(text[2]) &&
           is_small(text[3]);
}

bool is_currency(std::string_view text) {
    return text.size() == 3 && is_capital(text[0]) && is_capital(text[1]) && is_capital(text[2]);
}

std::optional<std::int64_t> duration_seconds(std::string_view text) {
    struct Step {
        char letter;
        bool timed;
        std::int64_t seconds;
    };
    constexpr std::array<Step, 4> units{
        {{'D', false, 86'400}, {'H', true, 3'600}, {'M', true, 60}, {'S', true, 1}}};
    if (text.empty() || text[0] != 'P') return {};
    std::int64_t total = 0;
    bool timed = false;
    bool any = false;
    std::size_t next_unit = 0;
    for (std::size_t i = 1; i < text.size();) {
        if (text[i] == 'T') {
            if (timed || i + 1 == text.size()) return {};
            timed = true;
            ++i;
            continue;
        }
        std::int64_t number = 0;
        const auto from = i;
        for (; i < text.size() && is_digit(text[i]) && i - from < 10; ++i)
            number = number * 10 + (text[i] - '0');
        if (i == from || i == text.size()) return {};
        while (next_unit < units.size() && units[next_unit].letter != text[i]) ++next_unit;
        if (next_unit == units.size() || units[next_unit].timed != timed) return {};
        total += number * units[next_unit++].seconds;
        if (total > duration_days_max * 86'400) return {};
        any = true;
        ++i;
    }
    if (!any) return {};
    return total;
}

Value to_value(const Pack& pack, const Field& field, const json::value& answer, cel::Arena& arena) {
    return Converter(pack, arena).convert(field, answer);
}

void fill_slots(
    const Pack& pack,
    const std::vector<Field>& fields,
    const json::object& data,
    cel::Arena& arena,
    Value* slots
) {
    Converter(pack, arena).slots(fields, data, slots);
}

}  // namespace homeward::policy
