#include "policy/run.hpp"

#include <algorithm>

namespace homeward::policy {
namespace {

using cel::Value;

/// An expression that looks at the time in a way that cannot be foreseen is asked again then.
constexpr std::int64_t recheck_us = 3'600 * us_per_second;

constexpr std::array<std::uint8_t, 3> warning_steps{50, 75, 90};

/// The moment at which `percent` of a clock has run.
Instant step_at(const Finding& finding, std::uint8_t percent) {
    const auto span = finding.due->us - finding.start->us;
    return {finding.start->us + span / 100 * percent + span % 100 * percent / 100};
}

Instant first_recorded(const Dossier& dossier) {
    auto first = dossier.records().front().recorded_at;
    for (const auto& record : dossier.records()) first = std::min(first, record.recorded_at);
    return first;
}

}  // namespace

Scratch::Scratch() : state_(std::make_unique<State>()) {}
Scratch::~Scratch() = default;
Scratch::Scratch(Scratch&&) noexcept = default;
Scratch& Scratch::operator=(Scratch&&) noexcept = default;

Run::Run(const Pack& of, Dossier& judged, Instant at, Scratch& memory)
    : pack(of),
      data(of.data()),
      dossier(judged),
      type(judged.type()),
      now(at),
      scratch(*memory.state_) {
    scratch.arena.reset();
    scratch.kept.reset();
    scratch.spells.resize(pack.kinds().size());
    for (auto& spells : scratch.spells) spells.ready = false;
    auto& variables = scratch.variables;
    variables[var_now] = Value::moment_at(now.us);
    variables[var_dossier] = dossier.value();
    variables[var_param] = data.param_value;
    variables[var_codes] = data.codes_value;
    variables[var_subject] = dossier.subject();
    variables[var_this] = Value::null();
    variables[var_it] = Value::null();
    context.pack = &pack;
    context.dossier = &dossier;
    context.now = now;
    context.variables = {variables.data(), var_this};
    context.spells = &scratch.spells;
    context.arena = &scratch.kept;
    out.at = now;
    out.type = pack.index_of(type);
}

Value Run::eval(const cel::Program& program) { return eval(program, scratch.arena); }

Value Run::eval(const cel::Program& program, cel::Arena& arena) {
    const auto result = program.evaluate({scratch.variables, &context}, arena);
    return result ? *result : Value::error("limit");
}

void Run::wake(Instant at) {
    if (at <= now) return;
    if (!out.recheck_at || at < *out.recheck_at) out.recheck_at = at;
}

void Run::note_now(NowUse use) {
    if (use == NowUse::free) wake({(now.us / recheck_us + 1) * recheck_us});
    if (use == NowUse::none || !out.birth) return;
    wake(next_birthday(pack, out.birth->earliest, now));
    wake(next_birthday(pack, out.birth->latest, now));
}

void Run::note_unknown(const Value& value, Finding& finding) const {
    if (value.is(cel::Kind::error)) finding.fault = true;
    if (!value.is(cel::Kind::unknown)) return;
    for (const auto path : value.missing()) {
        const auto found = data.path_index.find(path);
        if (found == data.path_index.end()) continue;
        const Missing missing{found->second, path.back() == unknown_mark};
        auto& list = finding.missing;
        if (std::find(list.begin(), list.end(), missing) == list.end()) list.push_back(missing);
    }
}

void Run::compute_fields() {
    for (const auto& computed : data.computed) {
        const auto& kind = pack.kinds()[computed.kind];
        if (kind.dossier != out.type) continue;
        const auto& field = kind.fields[computed.field];
        for (const auto& value : dossier.of_kind(computed.kind)) {
            scratch.variables[var_this] = value;
            auto result = eval(*field.is, scratch.kept);
            if (result.is(cel::Kind::error) || result.is(cel::Kind::absent))
                result = Value::unknown({&data.path_views[field.path], 1});
            dossier.records()[Dossier::index_of(value)].slots[field.slot] = result;
        }
        computed_now = std::max(computed_now, computed.now_use);
    }
}

/// Takes the computed values out again: they point into memory of this evaluation.
void Run::forget_computed() {
    for (const auto& computed : data.computed) {
        const auto& kind = pack.kinds()[computed.kind];
        if (kind.dossier != out.type) continue;
        const auto slot = kind.fields[computed.field].slot;
        for (const auto& value : dossier.of_kind(computed.kind))
            dossier.records()[Dossier::index_of(value)].slots[slot] = Value::absent();
    }
}

void Run::judge_all(const EvaluateOptions& options) {
    const auto add = [&](Finding&& finding) {
        ++out.counts[static_cast<std::size_t>(finding.outcome)];
        const bool quiet =
            finding.outcome == Outcome::met || finding.outcome == Outcome::not_applicable;
        if (!quiet || options.all) out.findings.push_back(std::move(finding));
    };
    for (const auto index : data.safeguards_of[out.type]) {
        const auto& safeguard = pack.safeguards()[index];
        if (!safeguard.about) {
            if (!dossier.records().empty()) add(judge(index, nullptr));
            continue;
        }
        const auto values = dossier.of_kind(*safeguard.about);
        for (const auto& value : values) {
            add(judge(index, &dossier.records()[Dossier::index_of(value)]));
            if (!pack.kinds()[*safeguard.about].repeats) break;
        }
    }
}

Finding Run::judge(std::uint16_t index, const DossierRecord* of) {
    const auto& safeguard = pack.safeguards()[index];
    Finding finding;
    finding.safeguard = index;
    record = of;
    scratch.arena.reset();
    if (record != nullptr) {
        finding.record = record->id;
        scratch.variables[var_this] = dossier.of_kind(record->kind)[record->place];
    } else {
        scratch.variables[var_this] = Value::null();
    }
    note_now(data.now_uses[index]);
    if (safeguard.applies) {
        const auto applies = eval(*safeguard.applies);
        if (applies.is_false()) {
            finding.outcome = Outcome::not_applicable;
            return finding;
        }
        if (!applies.is_true()) {
            note_unknown(applies, finding);
            return finding;
        }
    }
    switch (safeguard.form) {
        case Form::requires_true:
        case Form::forbids_true:
            judge_condition(safeguard, finding);
            break;
        case Form::event_in_time:
            judge_event(safeguard, finding);
            break;
        case Form::at_intervals:
            judge_intervals(safeguard, finding);
            break;
    }
    return finding;
}

Instant Run::plus(const Clock& clock, Instant at, int sign) const {
    if (!clock.of) return at;
    const auto& parameter = pack.parameters()[*clock.of];
    const auto number = parameter.number * sign;
    switch (parameter.unit) {
        case Unit::minutes:
            return {at.us + number * 60 * us_per_second};
        case Unit::hours:
            return {at.us + number * 3'600 * us_per_second};
        case Unit::days:
            return {at.us + number * us_per_day};
        case Unit::months:
            return add_months(pack, at, number);
        case Unit::years:
            return add_months(pack, at, number * 12);
        case Unit::number:
        case Unit::text:
            break;
    }
    return at;
}

/// Sets start and due. False, with the outcome set, when there is no clock to judge by.
bool Run::set_clock(const Clock& clock, Finding& finding) {
    const auto from = eval(*clock.from);
    if (!from.is(cel::Kind::moment)) {
        finding.outcome = Outcome::unknown;
        note_unknown(from, finding);
        return false;
    }
    const Instant at{from.as_moment().earliest_us};
    if (clock.before) {
        finding.start = record != nullptr ? record->recorded_at : first_recorded(dossier);
        finding.due = plus(clock, at, -1);
        return true;
    }
    if (at > now) {
        // What starts the clock has not happened yet.
        finding.outcome = Outcome::not_applicable;
        wake(at);
        return false;
    }
    finding.start = at;
    finding.due = plus(clock, at, 1);
    return true;
}

void Run::set_running(Finding& finding) {
    finding.outcome = Outcome::running;
    finding.warning = 0;
    wake(*finding.due);
    if (*finding.start >= *finding.due) return;
    for (const auto step : warning_steps) {
        const auto at = step_at(finding, step);
        if (at <= now)
            finding.warning = step;
        else
            wake(at);
    }
}

void Run::judge_condition(const Safeguard& safeguard, Finding& finding) {
    const auto value = eval(*safeguard.condition);
    const bool wanted = safeguard.form == Form::requires_true;
    if (value.is(cel::Kind::boolean) && value.as_bool() == wanted) {
        finding.outcome = Outcome::met;
        return;
    }
    const bool known = value.is(cel::Kind::boolean);
    if (!known) note_unknown(value, finding);
    if (!safeguard.clock) {
        finding.outcome = known ? Outcome::breached : Outcome::unknown;
        return;
    }
    if (!set_clock(*safeguard.clock, finding)) return;
    if (now < *finding.due) {
        set_running(finding);
        finding.must_come_first = true;
        return;
    }
    finding.outcome = known ? Outcome::breached : Outcome::unknown;
    if (known) finding.since = finding.due;
}

void Run::judge_event(const Safeguard& safeguard, Finding& finding) {
    const auto& clock = *safeguard.clock;
    const auto event = eval(*clock.until);
    if (!set_clock(clock, finding)) return;
    if (event.is(cel::Kind::error) || (event.is(cel::Kind::unknown) && is_recorded(event))) {
        note_unknown(event, finding);
        return;
    }
    if (event.is(cel::Kind::moment)) {
        const auto when = event.as_moment();
        if (when.earliest_us <= now.us) {
            if (when.latest_us <= finding.due->us)
                finding.outcome = Outcome::met;
            else if (when.earliest_us <= finding.due->us)
                finding.outcome = Outcome::unknown;
            else
                finding.outcome = Outcome::breached;
            if (finding.outcome == Outcome::breached) finding.since = finding.due;
            return;
        }
        wake({when.earliest_us});
    }
    if (now < *finding.due) {
        set_running(finding);
        return;
    }
    finding.outcome = Outcome::breached;
    finding.since = finding.due;
}

Projection evaluate(
    const Pack& pack,
    Dossier& dossier,
    Instant now,
    Scratch& scratch,
    const EvaluateOptions& options
) {
    Run run(pack, dossier, now, scratch);
    run.compute_fields();
    run.project();
    run.note_now(run.computed_now);
    run.judge_all(options);
    run.forget_computed();
    return std::move(run.out);
}

std::vector<Finding> blocking(const Pack& pack, const Projection& projection, const Act& act) {
    const auto wanted = pack.index_of(act);
    std::vector<Finding> blocked;
    for (const auto& finding : projection.findings) {
        const auto& blocks = pack.safeguards()[finding.safeguard].blocks;
        if (std::find(blocks.begin(), blocks.end(), wanted) == blocks.end()) continue;
        const bool stops = finding.outcome == Outcome::breached ||
                           finding.outcome == Outcome::unknown ||
                           (finding.outcome == Outcome::running && finding.must_come_first);
        if (stops) blocked.push_back(finding);
    }
    return blocked;
}

}  // namespace homeward::policy
