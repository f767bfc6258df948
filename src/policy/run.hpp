#pragma once

#include "policy/functions.hpp"
#include "policy/pack_data.hpp"
#include "policy/projection.hpp"

#include <array>
#include <vector>

namespace homeward::policy {

struct Scratch::State {
    cel::Arena arena;  ///< of one judgement
    cel::Arena kept;   ///< of one evaluation
    std::vector<SpellState> spells;
    std::array<cel::Value, variables_max> variables{};
    std::vector<cel::Moment> moments;
};

/// Whether an unknown comes from an answer that says so, and not only from silence.
bool is_recorded(const cel::Value& unknown);

/// One evaluation under way.
struct Run {
    Run(const Pack& pack, Dossier& dossier, Instant now, Scratch& scratch);

    // evaluate.cpp
    void compute_fields();
    void forget_computed();
    void judge_all(const EvaluateOptions& options);
    Finding judge(std::uint16_t index, const DossierRecord* record);
    void judge_condition(const Safeguard& safeguard, Finding& finding);
    void judge_event(const Safeguard& safeguard, Finding& finding);
    void judge_intervals(const Safeguard& safeguard, Finding& finding);
    void count_intervals(
        const Clock& clock, cel::Moment from, const cel::Value& until, Finding& finding
    );
    bool set_clock(const Clock& clock, Finding& finding);
    void set_running(Finding& finding);
    Instant plus(const Clock& clock, Instant at, int sign) const;
    cel::Value eval(const cel::Program& program);
    cel::Value eval(const cel::Program& program, cel::Arena& arena);
    void note_unknown(const cel::Value& value, Finding& finding) const;
    /// From here on something may be otherwise.
    void wake(Instant at);
    void note_now(NowUse use);

    // project.cpp
    void project();
    void project_members(const Mapping& mapping);
    void project_permissions(const Mapping& mapping);
    void project_bars(const Mapping& mapping);
    void project_names();
    void inspect(
        const DossierRecord& record, const std::vector<Field>& fields, const cel::Value* slots
    );
    void inspect_group(const DossierRecord& record, const Field& field, const cel::Value& value);
    bool shown(const Field& field);

    const Pack& pack;
    const PackData& data;
    Dossier& dossier;
    const DossierType& type;
    Instant now;
    Scratch::State& scratch;
    Context context;
    const DossierRecord* record = nullptr;  ///< that is being judged
    NowUse computed_now = NowUse::none;
    Projection out;
};

}  // namespace homeward::policy
