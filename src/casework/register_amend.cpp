#include "casework/login_name.hpp"
#include "casework/register_impl.hpp"
#include "policy/record.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace homeward::casework {

namespace {

/// How far back a repeated request is looked for.
constexpr std::uint64_t versions_searched_max = 100;

Failure no_such_record() { return fail(Code::not_found, "no such record"); }

/// Works out one amendment on a dossier as it is now.
class Amending {
  public:
    Amending(
        const policy::Pack& pack, Ledger& ledger, const Access& access, const Amendment& amendment
    )
        : pack_(pack), ledger_(ledger), access_(access), amendment_(amendment) {}

    Result<std::vector<NewVersion>> plan(const Loaded& loaded, const EntryHead& head) {
        answer = {};
        const auto current = loaded.find(amendment_.record);
        if (!current || current->kind == nullptr) return no_such_record();
        own_ = current->recorded_by == access_.who.id();
        if (!access_.sight->shows_kind(*current->kind, own_)) return no_such_record();
        if (amendment_.base == 0 || amendment_.base > current->version) {
            return fail(Code::invalid, "the record has no such version");
        }
        answer.version = current->version;
        if (const auto may = check_patch(*current->kind); !may) return Failure(may.error());
        if (const auto read = read_versions(loaded, *current); !read) return Failure(read.error());
        const json::object& base = versions_.front().record.data;
        const auto mine = changed(*current->kind, base);
        if (!mine) return Failure(mine.error());
        if (was_done(*mine, base)) {
            answer.repeated = true;
            return std::vector<NewVersion>{};
        }
        json::object data = *mine;
        if (amendment_.base != current->version) {
            policy::Merged merged = policy::merge(base, *mine, current->data);
            if (!merged.conflicts.empty()) {
                say_conflict(*current, base, *mine, std::move(merged.conflicts));
                return std::vector<NewVersion>{};
            }
            answer.merged = true;
            data = std::move(merged.data);
        }
        if (data == current->data) {
            answer.repeated = true;
            return std::vector<NewVersion>{};
        }
        NewVersion next{*current, head};
        next.record.data = std::move(data);
        ++next.record.version;
        answer.version = next.record.version;
        return std::vector<NewVersion>{std::move(next)};
    }

    Amended answer;

  private:
    Result<void> check_patch(const policy::Kind& kind) const {
        if (!amendment_.patch.is_object()) {
            return fail(Code::invalid, "a merge patch is an object");
        }
        // Changing whom a form names is as much as filling it in.
        const auto may = may_decide_access(pack_, access_, kind, "");
        if (!may) return may;
        return may_enter_all(*access_.sight, kind, amendment_.patch.get_object(), false, own_, "");
    }

    /// The versions from the base to the present one.
    Result<void> read_versions(const Loaded& loaded, const RecordState& current) {
        const std::uint64_t first = amendment_.base;
        if (first == current.version) {
            versions_ = {{current, {}}};
            return {};
        }
        const std::uint64_t last = std::min(current.version, first + versions_searched_max);
        auto found = ledger_.versions_of(loaded, current.id, first, last);
        if (!found) return Failure(found.error());
        versions_ = std::move(*found);
        return {};
    }

    /// The base with the patch. Only what the patch answers is checked: what the pack has changed
    /// its mind about since must not stand in the way.
    Result<json::object> changed(const policy::Kind& kind, const json::object& base) const {
        const json::object& patch = amendment_.patch.get_object();
        const json::object patched = policy::merge_patch(base, patch);
        json::object answered;
        for (const auto& [key, value] : patch) {
            const json::value* now = patched.if_contains(key);
            if (now != nullptr) {
                answered.emplace(key, *now);
            } else if (kind.find(key) == nullptr) {
                return fail(Code::invalid, "no such field", pointer_to("", key));
            }
        }
        const auto parsed = policy::parse_data(pack_, kind, answered);
        if (!parsed) return Failure(parsed.error());
        return keep_untouchable(*access_.sight, kind, base, patched, own_);
    }

    /// Whether the same account has made the same change to the same base already: then this is a
    /// retry whose first answer was lost.
    bool was_done(const json::object& mine, const json::object& base) {
        for (std::size_t i = 1; i < versions_.size(); ++i) {
            if (versions_[i].head.who != access_.who.id()) continue;
            const auto merged = policy::merge(base, mine, versions_[i - 1].record.data);
            if (!merged.conflicts.empty() || merged.data != versions_[i].record.data) continue;
            answer.version = versions_[i].record.version;
            answer.merged = i > 1;
            return true;
        }
        return false;
    }

    void say_conflict(
        const RecordState& current,
        const json::object& base,
        const json::object& mine,
        std::vector<std::string> pointers
    ) {
        const Sight& sight = *access_.sight;
        answer.conflict = Conflict{
            cut(sight, *current.kind, base, own_),
            shown_mine(*current.kind, mine),
            cut(sight, *current.kind, current.data, own_),
            current.version,
            std::move(pointers)};
    }

    /// With the caller's own words for what needs a second reason: not what the base had there.
    json::object shown_mine(const policy::Kind& kind, const json::object& mine) const {
        json::object shown = cut(*access_.sight, kind, mine, own_);
        for (const auto& [key, value] : amendment_.patch.get_object()) {
            const policy::Field* field = kind.find(key);
            const bool reserved = field != nullptr && field->second_reason;
            if (reserved && !value.is_null()) shown.insert_or_assign(key, value);
        }
        return shown;
    }

    const policy::Pack& pack_;
    Ledger& ledger_;
    const Access& access_;
    const Amendment& amendment_;
    std::vector<NewVersion> versions_;
    bool own_ = false;
};

std::string second_key(const policy::Kind& kind, const std::optional<std::uint16_t>& position) {
    return position ? kind.fields[*position].id : std::string();
}

/// The record that an act is written down as.
json::object act_data(
    const policy::Kind& kind,
    const policy::Mapping& acts,
    const ActRequest& request,
    const EntryHead& head
) {
    json::object data;
    const auto set = [&](const std::optional<std::uint16_t>& position, const std::string& text) {
        if (position) data[second_key(kind, position)] = text;
    };
    set(acts.act, request.act);
    set(acts.reasons, request.reasons);
    set(acts.by, to_text(head.who));
    set(acts.role, head.role);
    set(acts.when, to_text(head.when));
    return data;
}

}  // namespace

Result<Amended> Register::amend(const Caller& caller, const Id& ref, const Amendment& amendment) {
    auto access = impl_->enter(caller, Deed::write, ref);
    if (!access) return Failure(access.error());
    Amending amending(*impl_->core.pack, impl_->ledger, *access, amendment);
    const auto plan = [&](const Loaded& loaded) -> Result<std::vector<NewVersion>> {
        const auto may = impl_->decide_for(*access, Deed::write, loaded.version);
        if (!may) return Failure(may.error());
        return amending.plan(loaded, impl_->head(access->who, what::amend));
    };
    const auto written = impl_->ledger.write(access->dossier, plan);
    if (!written) return Failure(written.error());
    if (!written->has_entry) {
        const char* look = amending.answer.conflict ? what::read : what::findings;
        if (const auto noted = impl_->note_look(*access, look); !noted)
            return Failure(noted.error());
    }
    amending.answer.dossier_version = written->version;
    amending.answer.findings =
        show(*impl_->core.pack, *access, written->projection.findings, written->reporters);
    return std::move(amending.answer);
}

Result<void> Register::Impl::may_act(const Identity& who, const ActRequest& request) const {
    const policy::Act* act = core.pack->find_act(request.act);
    if (act == nullptr) return fail(Code::not_found, "no such act");
    const std::uint16_t role = core.pack->index_of(*who.role);
    const bool listed = std::find(act->roles.begin(), act->roles.end(), role) != act->roles.end();
    const bool sides = act->side == policy::Side::both || who.role->side == policy::Side::both ||
                       act->side == who.role->side;
    if (!listed || !sides) return fail(Code::forbidden, "the role may not do this");
    if (const auto said = check_reasons(request.reasons, "/reasons"); !said) return said;
    if (request.id && request.id->is_nil())
        return fail(Code::invalid, "an id cannot be nil", "/id");
    return {};
}

Result<ActAnswer> Register::act(const Caller& caller, const Id& ref, const ActRequest& request) {
    auto access = impl_->enter(caller, Deed::act, ref);
    if (!access) return Failure(access.error());
    if (const auto may = impl_->may_act(access->who, request); !may) return Failure(may.error());
    const policy::Act& act = *impl_->core.pack->find_act(request.act);
    ActAnswer answer{request.id.value_or(make_id()), request.act, {}, false};
    std::vector<policy::Finding> blocked;
    const auto plan = [&](const Loaded& loaded) -> Result<std::vector<NewVersion>> {
        const auto may = impl_->decide_for(*access, Deed::act, loaded.version);
        if (!may) return Failure(may.error());
        if (!loaded.type->acts) return fail(Code::not_found, "no such act");
        const policy::Kind& kind = impl_->core.pack->kinds()[loaded.type->acts->kind];
        const policy::Mapping& acts = *loaded.type->acts;
        if (const auto known = loaded.find(answer.id)) {
            answer.repeated =
                known->kind == &kind && known->recorded_by == access->who.id() &&
                text_at(known->data, second_key(kind, acts.act)) == request.act &&
                text_at(known->data, second_key(kind, acts.reasons)) == request.reasons;
            if (answer.repeated) return std::vector<NewVersion>{};
            return fail(Code::conflict, "the id was used before with another content", "/id");
        }
        const auto judged = impl_->ledger.evaluate(*loaded.type, loaded.records);
        blocked = policy::blocking(*impl_->core.pack, judged, act);
        if (!blocked.empty()) return std::vector<NewVersion>{};
        const EntryHead head = impl_->head(access->who, what::act);
        RecordState state;
        state.id = answer.id;
        state.version = 1;
        state.kind = &kind;
        state.kind_id = kind.id;
        state.data = act_data(kind, acts, request, head);
        state.recorded_at = head.when;
        state.recorded_by = head.who;
        for (const auto& other : loaded.records) {
            state.place = std::max(state.place, other->place + 1);
        }
        return std::vector<NewVersion>{{std::move(state), head}};
    };
    const auto written = impl_->ledger.write(access->dossier, plan);
    if (!written) return Failure(written.error());
    if (blocked.empty()) return answer;
    const auto noted = impl_->note_blocked(*access, request, blocked);
    if (!noted) return Failure(noted.error());
    answer.blocked_by = show_blocking(*access->sight, blocked);
    return answer;
}

Result<void> Register::Impl::note_blocked(
    const Access& access, const ActRequest& request, const std::vector<policy::Finding>& blocked
) {
    const auto keys = ledger.keys_of(access.dossier);
    if (!keys) return Failure(keys.error());
    json::array safeguards;
    for (const policy::Finding& finding : blocked) {
        safeguards.emplace_back(core.pack->safeguards()[finding.safeguard].id);
    }
    json::object more{
        {"act", request.act}, {"reasons", request.reasons}, {"blocked_by", std::move(safeguards)}};
    return remark(*keys, access, what::act_refused, more);
}

}  // namespace homeward::casework
