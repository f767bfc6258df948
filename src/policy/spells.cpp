#include "policy/functions.hpp"
#include "policy/pack_data.hpp"

#include <algorithm>
#include <array>
#include <numeric>
#include <optional>

namespace homeward::policy {
namespace {

using cel::Moment;
using cel::Value;

/// What linking needs to know of one episode.
struct Stretch {
    std::optional<Moment> start;  ///< or the earliest supported time
    std::optional<Moment> end;
    bool open = false;  ///< nobody has written an end
};

std::uint32_t root_of(std::vector<std::uint32_t>& parent, std::uint32_t i) {
    while (parent[i] != i) i = parent[i] = parent[parent[i]];
    return i;
}

/// The first of two moments, bound by bound.
Moment earlier(Moment a, Moment b) {
    return {std::min(a.earliest_us, b.earliest_us), std::min(a.latest_us, b.latest_us)};
}

Moment later(Moment a, Moment b) {
    return {std::max(a.earliest_us, b.earliest_us), std::max(a.latest_us, b.latest_us)};
}

std::optional<Moment> supported(const Context& context, const Episode& rule, const Value& record) {
    if (!rule.support) return {};
    std::array<Value, variables_max> variables{};
    std::copy(context.variables.begin(), context.variables.end(), variables.begin());
    variables[var_this] = record;
    const auto result = rule.support->evaluate({variables, &context}, *context.arena);
    if (!result || !result->is(cel::Kind::list)) return {};
    std::optional<Moment> first;
    for (const auto& item : result->as_list()) {
        if (!item.is(cel::Kind::moment)) continue;
        first = first ? earlier(*first, item.as_moment()) : item.as_moment();
    }
    return first;
}

Stretch stretch_of(const Context& context, const Kind& kind, const Value& record) {
    const auto& rule = *kind.episode;
    const auto& start = record.slots()[kind.fields[rule.start].slot];
    const auto& end = record.slots()[kind.fields[rule.end].slot];
    Stretch out;
    if (start.is(cel::Kind::moment)) out.start = start.as_moment();
    if (end.is(cel::Kind::moment)) out.end = end.as_moment();
    out.open = end.is(cel::Kind::absent);
    if (const auto support = supported(context, rule, record))
        out.start = out.start ? earlier(*out.start, *support) : *support;
    return out;
}

/// Whether `next` begins during `one` or within the gap after it. Doubt counts for one stretch,
/// so that a clock is not set back by an imprecise date.
bool follows(const Stretch& one, const Stretch& next) {
    if (!one.start || !next.start || next.start->latest_us < one.start->earliest_us) return false;
    if (one.open) return true;
    return one.end && next.start->earliest_us <= one.end->latest_us + spell_gap_us;
}

bool shares(const Value& a, const Value& b) {
    if (a.is(cel::Kind::list)) {
        const auto items = a.as_list();
        return std::any_of(items.begin(), items.end(), [&](const Value& v) {
            return shares(v, b);
        });
    }
    if (b.is(cel::Kind::list)) return shares(b, a);
    return a.usable() && b.usable() && cel::equal(a, b);
}

bool continues(const Kind& kind, const Value& a, const Value& b) {
    for (const auto index : kind.episode->continues) {
        const auto slot = kind.fields[index].slot;
        const auto& of_a = a.slots()[slot];
        const auto& of_b = b.slots()[slot];
        if (shares(of_a, b.slots()[slot_id]) || shares(of_b, a.slots()[slot_id]) ||
            shares(of_a, of_b))
            return true;
    }
    return false;
}

/// Puts the bounds of each group where every episode of it can read them.
void settle(
    const Context& context,
    const Kind& kind,
    const std::vector<Stretch>& stretches,
    SpellState& state
) {
    const auto count = stretches.size();
    std::vector<std::optional<Moment>> starts(count);
    std::vector<std::optional<Moment>> ends(count);
    std::vector<char> lasting(count, 0);
    for (std::size_t i = 0; i < count; ++i) {
        const auto group = state.group[i];
        const auto& one = stretches[i];
        auto& start = starts[group];
        auto& end = ends[group];
        if (one.start) start = start ? earlier(*start, *one.start) : *one.start;
        if (one.end)
            end = end ? later(*end, *one.end) : *one.end;
        else
            lasting[group] = 1;
    }
    const auto& data = context.pack->data();
    const auto& rule = *kind.episode;
    const auto missing = [&](std::uint16_t field) {
        return Value::unknown({&data.path_views[kind.fields[field].path], 1});
    };
    for (std::size_t i = 0; i < count; ++i) {
        const auto group = state.group[i];
        state.start.push_back(starts[group] ? Value::moment(*starts[group]) : missing(rule.start));
        const bool ended = ends[group] && lasting[group] == 0;
        state.end.push_back(ended ? Value::moment(*ends[group]) : missing(rule.end));
    }
}

}  // namespace

const SpellState& spells_of(const Context& context, std::uint16_t index) {
    auto& state = (*context.spells)[index];
    if (state.ready) return state;
    const auto& kind = context.pack->kinds()[index];
    const auto records = context.dossier->of_kind(index);
    std::vector<Stretch> stretches;
    stretches.reserve(records.size());
    for (const auto& record : records) stretches.push_back(stretch_of(context, kind, record));

    auto& parent = state.group;
    parent.resize(records.size());
    std::iota(parent.begin(), parent.end(), 0U);
    for (std::uint32_t i = 0; i < records.size(); ++i) {
        for (std::uint32_t j = 0; j < i; ++j) {
            const bool linked = follows(stretches[i], stretches[j]) ||
                                follows(stretches[j], stretches[i]) ||
                                continues(kind, records[i], records[j]);
            if (linked) parent[root_of(parent, i)] = root_of(parent, j);
        }
    }
    for (std::uint32_t i = 0; i < records.size(); ++i) parent[i] = root_of(parent, i);
    state.start.clear();
    state.end.clear();
    settle(context, kind, stretches, state);
    state.ready = true;
    return state;
}

}  // namespace homeward::policy
