#include "policy/functions.hpp"

#include "base/check.hpp"
#include "policy/pack_data.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>

namespace homeward::policy {
namespace {

using cel::Type;
using cel::Value;
using std::chrono::days;
using std::chrono::floor;
using std::chrono::microseconds;
using std::chrono::sys_days;
using std::chrono::year_month_day;

constexpr std::int64_t minutes_per_day = 24 * 60;

const Context& context_of(const cel::Call& call) {
    return *static_cast<const Context*>(call.context);
}

/// Microseconds on the wall clock of the pack's zone.
std::int64_t wall(const Pack& pack, Instant at) {
    return at.us + pack.offset_at(at) * us_per_second;
}

year_month_day wall_day(const Pack& pack, Instant at) {
    return year_month_day(
        floor<days>(std::chrono::sys_time<microseconds>(microseconds(wall(pack, at))))
    );
}

/// The birth of the subject as a moment, or unknown with its path.
Value birth_of(const Context& context) {
    const auto& type = context.dossier->type();
    if (!type.birth) return Value::unknown();
    const auto& kind = context.pack->kinds()[type.birth->kind];
    const auto& field = kind.fields[type.birth->field];
    const auto records = context.dossier->of_kind(type.birth->kind);
    for (const auto& record : records) {
        const auto& value = record.slots()[field.slot];
        if (!value.is(cel::Kind::absent)) return value;
    }
    return Value::unknown({&context.pack->data().path_views[field.path], 1});
}

template <class Judge>
Value with_age(const cel::Call& call, const Value& at, Judge judge) {
    const auto& context = context_of(call);
    const auto birth = birth_of(context);
    if (!birth.is(cel::Kind::moment)) return birth;
    return judge(*context.pack, birth.as_moment(), at.as_moment());
}

int youngest(const Pack& pack, cel::Moment birth, cel::Moment at) {
    return years_between(pack, {birth.latest_us}, {at.earliest_us});
}

Value age_low(const cel::Call& call, std::span<const Value> args) {
    return with_age(call, args[0], [](const Pack& pack, cel::Moment birth, cel::Moment at) {
        return Value::integer(youngest(pack, birth, at));
    });
}

Value age_high(const cel::Call& call, std::span<const Value> args) {
    return with_age(call, args[0], [](const Pack& pack, cel::Moment birth, cel::Moment at) {
        return Value::integer(years_between(pack, {birth.earliest_us}, {at.latest_us}));
    });
}

Value is_child(const cel::Call& call, std::span<const Value> args) {
    return with_age(call, args[0], [](const Pack& pack, cel::Moment birth, cel::Moment at) {
        return Value::boolean(youngest(pack, birth, at) < adult_years);
    });
}

/// Whether a moment lies within hours of the day; unknown when its precision does not tell.
Value within_hours(const Pack& pack, cel::Moment at, std::int64_t from, std::int64_t to) {
    constexpr std::int64_t day_us = us_per_day;
    constexpr std::int64_t minute_us = 60 * us_per_second;
    const auto from_us = from % minutes_per_day * minute_us;
    const auto night_us =
        ((to - from) % minutes_per_day + minutes_per_day) % minutes_per_day * minute_us;
    const auto start = ((wall(pack, {at.earliest_us}) - from_us) % day_us + day_us) % day_us;
    const auto end = start + (at.latest_us - at.earliest_us);
    if (start < night_us && end < night_us) return Value::boolean(true);
    if (start >= night_us && end < day_us) return Value::boolean(false);
    return Value::unknown();
}

Value is_night(const cel::Call& call, std::span<const Value> args) {
    const auto from = args[1].as_int();
    const auto to = args[2].as_int();
    if (from < 0 || from > 24 || to < 0 || to > 24) return Value::error("is_night: no such hour");
    return within_hours(*context_of(call).pack, args[0].as_moment(), from * 60, to * 60);
}

std::optional<std::int64_t> minutes_of(std::string_view clock) {
    const auto digit = [&](std::size_t i) { return clock[i] >= '0' && clock[i] <= '9'; };
    if (clock.size() != 5 || clock[2] != ':' || !digit(0) || !digit(1) || !digit(3) || !digit(4))
        return {};
    const auto hours = (clock[0] - '0') * 10 + (clock[1] - '0');
    const auto minutes = (clock[3] - '0') * 10 + (clock[4] - '0');
    if (hours > 24 || minutes > 59) return {};
    return hours * 60 + minutes;
}

Value is_night_text(const cel::Call& call, std::span<const Value> args) {
    const auto from = minutes_of(args[1].as_string());
    const auto to = minutes_of(args[2].as_string());
    if (!from || !to) return Value::error("is_night: a time of day is written 20:00");
    return within_hours(*context_of(call).pack, args[0].as_moment(), *from, *to);
}

Value same_day(const cel::Call& call, std::span<const Value> args) {
    const auto& pack = *context_of(call).pack;
    const auto a = args[0].as_moment();
    const auto b = args[1].as_moment();
    const auto first_a = wall_day(pack, {a.earliest_us});
    const auto last_a = wall_day(pack, {a.latest_us});
    const auto first_b = wall_day(pack, {b.earliest_us});
    const auto last_b = wall_day(pack, {b.latest_us});
    if (last_a < first_b || last_b < first_a) return Value::boolean(false);
    if (first_a == last_a && first_b == last_b) return Value::boolean(true);
    return Value::unknown();
}

Value find_record(const cel::Call&, std::span<const Value> args) {
    const auto id = args[1].as_string();
    for (const auto& item : args[0].as_list()) {
        if (!item.is(cel::Kind::object)) continue;
        const auto& own = item.slots()[slot_id];
        if (own.is(cel::Kind::string) && own.as_string() == id) return item;
    }
    return Value::unknown();
}

const SpellState* state_of(const cel::Call& call, const Value& episode, std::uint32_t& place) {
    const auto& context = context_of(call);
    const auto& record = context.dossier->records()[Dossier::index_of(episode)];
    place = record.place;
    return &spells_of(context, record.kind);
}

Value spell_start(const cel::Call& call, std::span<const Value> args) {
    std::uint32_t place = 0;
    return state_of(call, args[0], place)->start[place];
}

Value spell_end(const cel::Call& call, std::span<const Value> args) {
    std::uint32_t place = 0;
    return state_of(call, args[0], place)->end[place];
}

Value spell(const cel::Call& call, std::span<const Value> args) {
    std::uint32_t place = 0;
    const auto* state = state_of(call, args[0], place);
    const auto& context = context_of(call);
    const auto& record = context.dossier->records()[Dossier::index_of(args[0])];
    const auto all = context.dossier->of_kind(record.kind);
    const auto group = state->group[place];
    const auto count = std::count(state->group.begin(), state->group.end(), group);
    const auto out = call.arena.array<Value>(static_cast<std::size_t>(count));
    std::size_t next = 0;
    for (std::size_t i = 0; i < all.size(); ++i)
        if (state->group[i] == group) out[next++] = all[i];
    return Value::list(out);
}

void add(
    cel::Declarations& to,
    const char* name,
    std::vector<Type> params,
    Type result,
    cel::Callback callback
) {
    cel::Overload overload;
    overload.params = std::move(params);
    overload.result = std::move(result);
    overload.callback = callback;
    check(to.add_function(name, std::move(overload)).has_value(), "a function is declared twice");
}

}  // namespace

int years_between(const Pack& pack, Instant birth, Instant at) {
    const auto born = wall_day(pack, birth);
    const auto day = wall_day(pack, at);
    const auto years = static_cast<int>(day.year()) - static_cast<int>(born.year());
    const bool before_birthday =
        day.month() < born.month() || (day.month() == born.month() && day.day() < born.day());
    return years - (before_birthday ? 1 : 0);
}

Instant next_birthday(const Pack& pack, Instant birth, Instant at) {
    const auto born = wall_day(pack, birth);
    const auto years = years_between(pack, birth, at) + 1;
    auto day = born + std::chrono::years(years);
    // Who is born on 29 February completes a year on 1 March where there is no such day.
    if (!day.ok()) day = day.year() / std::chrono::March / 1;
    const auto month = static_cast<unsigned>(day.month());
    return pack.local(static_cast<int>(day.year()), month, static_cast<unsigned>(day.day()), 0, 0);
}

Instant add_months(const Pack& pack, Instant at, std::int64_t months) {
    const auto us = wall(pack, at);
    const auto midnight = floor<days>(std::chrono::sys_time<microseconds>(microseconds(us)));
    const auto of_day = microseconds(us) - midnight.time_since_epoch();
    auto date = year_month_day(midnight) + std::chrono::months(static_cast<int>(months));
    if (!date.ok()) date = year_month_day(date.year() / date.month() / std::chrono::last);
    const auto minutes = std::chrono::duration_cast<std::chrono::minutes>(of_day);
    const auto local = pack.local(
        static_cast<int>(date.year()),
        static_cast<unsigned>(date.month()),
        static_cast<unsigned>(date.day()),
        0,
        static_cast<int>(minutes.count())
    );
    return {local.us + (of_day - minutes).count()};
}

std::optional<Type> basic_type(std::string_view name) {
    if (name == "bool" || name == "tri") return Type::boolean();
    if (name == "int" || name == "number") return Type::integer();
    if (name == "double" || name == "decimal") return Type::real();
    if (name == "string" || name == "text") return Type::string();
    if (name == "moment" || name == "instant" || name == "date") return Type::moment();
    if (name == "duration") return Type::duration();
    return {};
}

void declare_functions(
    cel::Declarations& to, std::span<const Kind> kinds, const DossierType& type
) {
    const auto moment = Type::moment();
    const auto item = Type::param("T");
    add(to, "find", {Type::list(item), Type::string()}, item, find_record);
    add(to, "is_night", {moment, Type::integer(), Type::integer()}, Type::boolean(), is_night);
    add(to, "is_night", {moment, Type::string(), Type::string()}, Type::boolean(), is_night_text);
    add(to, "same_day", {moment, moment}, Type::boolean(), same_day);
    if (type.birth) {
        add(to, "age_low", {moment}, Type::integer(), age_low);
        add(to, "age_high", {moment}, Type::integer(), age_high);
        add(to, "is_child", {moment}, Type::boolean(), is_child);
    }
    for (const auto index : type.kinds) {
        const auto& kind = kinds[index];
        if (!kind.episode) continue;
        const auto episode = Type::object(*kind.type);
        add(to, "spell_start", {episode}, moment, spell_start);
        add(to, "spell_end", {episode}, moment, spell_end);
        add(to, "spell", {episode}, Type::list(episode), spell);
    }
}

}  // namespace homeward::policy
