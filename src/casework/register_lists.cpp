#include "casework/register_impl.hpp"

#include <date/date.h>
#include <fmt/format.h>

#include <algorithm>

namespace homeward::casework {

namespace {

constexpr std::string_view cursor_table = "cursor";

Result<views::State> state_of(const std::string& name) {
    if (name.empty()) return views::State::any;
    if (name == "overdue") return views::State::overdue;
    if (name == "running") return views::State::running;
    if (name == "unknown") return views::State::unknown;
    if (name == "clear") return views::State::clear;
    return fail(Code::invalid, "overdue, running, unknown or clear", "/state");
}

Result<void> check_limit(std::size_t limit, std::size_t limit_max) {
    if (limit >= 1 && limit <= limit_max) return {};
    return fail(Code::invalid, fmt::format("a page has 1 to {} items", limit_max), "/limit");
}

/// Midnight of the local day that begins `days` days after today.
Instant local_midnight(const policy::Pack& pack, Instant now, int days) {
    const date::year_month_day day(date::sys_days(date::days(day_at(pack, now) + days)));
    return pack.local(int{day.year()}, unsigned{day.month()}, unsigned{day.day()}, 0, 0);
}

json::array refs_of(const std::vector<Id>& dossiers) {
    json::array refs;
    for (const Id& dossier : dossiers) refs.emplace_back(to_text(dossier));
    return refs;
}

}  // namespace

/// The accounts whose dossiers a role of wider scope reaches; looked up once for a list.
struct Register::Impl::Circle {
    bool own_only = false;
    std::unordered_set<Id, IdHash> accounts;
};

Register::Impl::Circle Register::Impl::circle_of(const Identity& who) const {
    Circle circle;
    circle.own_only = who.role->scope == policy::Scope::assigned;
    if (circle.own_only) return circle;
    for (const AccountPointer& account : directory.all()) {
        if (account->agency != who.account->agency) continue;
        if (who.role->scope == policy::Scope::team && account->team != who.account->team) continue;
        circle.accounts.insert(account->id);
    }
    return circle;
}

bool Register::Impl::works_on(const Identity& who, const Circle& circle, const views::Row& row)
    const {
    if (authority.is_barred(who, row)) return false;
    const auto& members = row.members;
    if (!circle.own_only) {
        return std::any_of(members.begin(), members.end(), [&](const views::Membership& member) {
            return circle.accounts.count(member.account) != 0;
        });
    }
    return authority.conditions(who, row).assigned;
}

std::shared_ptr<const Sight> Register::Impl::row_sight(const Identity& who, const views::Row& row)
    const {
    return authority.sight(*who.role, authority.conditions(who, row));
}

views::Reach Register::Impl::reach_of(const Identity& who) const {
    switch (who.role->scope) {
        case policy::Scope::assigned:
            return {false, {who.id()}};
        case policy::Scope::team: {
            views::Reach reach{false, directory.team(who.account->agency, who.account->team)};
            return reach;
        }
        case policy::Scope::all:
            return {true, {}};
    }
    return {};
}

std::string Register::Impl::seal_cursor(const Id& account, const views::SortKey& key) const {
    crypto::Place place;
    place.table = cursor_table;
    place.record = account;
    return to_hex(crypto::seal(core.keyring.system_key(), place, views::to_bytes(key)));
}

Result<std::optional<views::SortKey>> Register::Impl::open_cursor(
    const Id& account, const std::string& text
) const {
    if (text.empty()) return std::optional<views::SortKey>{};
    crypto::Place place;
    place.table = cursor_table;
    place.record = account;
    const auto sealed = from_hex(text);
    const auto plain = sealed ? crypto::open(core.keyring.system_key(), place, *sealed)
                              : Result<Bytes>(fail(Code::corrupt, ""));
    const auto key =
        plain ? views::key_from(*plain) : Result<views::SortKey>(fail(Code::corrupt, ""));
    if (!key) return fail(Code::invalid, "no page of this list ended there", "/after");
    return std::optional(*key);
}

std::string Register::Impl::shown_label(const Sight& sight, const views::Row& row) const {
    const auto& labels = core.pack->dossier_types()[row.type].labels;
    for (std::size_t i = 0; i < std::min(labels.size(), row.labels.size()); ++i) {
        const policy::Field& field = core.pack->kinds()[labels[i].kind].fields[labels[i].field];
        if (!row.labels[i].empty() && sight.shows(field.path, false)) return row.labels[i];
    }
    return {};
}

std::optional<AgeRange> Register::Impl::shown_age(const Sight& sight, const views::Row& row) const {
    const auto& birth = core.pack->dossier_types()[row.type].birth;
    if (!birth || !row.birth) return std::nullopt;
    const policy::Field& field = core.pack->kinds()[birth->kind].fields[birth->field];
    if (!sight.shows(field.path, false)) return std::nullopt;
    return age_at(*core.pack, *row.birth, core.now());
}

ListItem Register::Impl::make_item(const Identity& who, const views::Row& row) const {
    // What a list shows of a dossier follows from the conditions there: whoever reaches it by a
    // permission alone sees no more of it than that.
    const auto sight = row_sight(who, row);
    const views::Standing standing =
        views::standing_of(*core.pack, row, sight->safeguards(), core.now());
    ListItem item;
    item.ref = references.name_for(who.role->side, row.id);
    item.type = core.pack->dossier_types()[row.type].id;
    item.label = shown_label(*sight, row);
    item.age = shown_age(*sight, row);
    item.overdue = standing.overdue;
    item.running = standing.running;
    item.unknown = standing.unknown;
    item.worst = standing.worst;
    item.next_due = standing.next_due;
    item.opened = row.opened;
    item.mine = row.has_live_member(who.id(), core.now());
    return item;
}

Result<List> Register::list(const Caller& caller, const ListQuery& query) {
    const auto who = impl_->enter(caller, Deed::list);
    if (!who) return Failure(who.error());
    if (const auto fits = check_limit(query.limit, page_max); !fits) return Failure(fits.error());
    const policy::DossierType* type = impl_->core.pack->find_dossier_type(query.type);
    if (type == nullptr) return fail(Code::invalid, "no such type of dossier", "/type");
    const auto state = state_of(query.state);
    if (!state) return Failure(state.error());
    const auto after = impl_->open_cursor(who->id(), query.after);
    if (!after) return Failure(after.error());
    const auto sight = impl_->authority.list_sight(*who);
    const auto circle = impl_->circle_of(*who);
    views::ListRequest request;
    request.reach = impl_->reach_of(*who);
    request.filter = [&](const views::Row& row) {
        if (impl_->works_on(*who, circle, row)) return true;
        if (row.permits.empty() || *state != views::State::any) return false;
        return impl_->authority.reaches(*who, impl_->authority.conditions(*who, row));
    };
    request.seen = &sight->safeguards();
    request.type = impl_->core.pack->index_of(*type);
    request.state = *state;
    request.now = impl_->core.now();
    request.after = *after;
    request.limit = query.limit;
    const views::ListPage page = impl_->board.list(request);
    List list;
    list.total = page.total;
    if (page.next) list.next = impl_->seal_cursor(who->id(), *page.next);
    std::vector<Id> shown;
    for (const auto& [row, standing] : page.rows) {
        list.items.push_back(impl_->make_item(*who, *row));
        shown.push_back(row->id);
    }
    const auto may = impl_->spend(impl_->files_listed, *who, shown, Deed::list, Id{});
    if (!may) return Failure(may.error());
    EntryHead head = impl_->head(*who, what::list);
    head.more.emplace("refs", refs_of(shown));
    if (const auto noted = impl_->note(head); !noted) return Failure(noted.error());
    return list;
}

Result<Work> Register::work(const Caller& caller, const WorkQuery& query) {
    const auto who = impl_->enter(caller, Deed::list);
    if (!who) return Failure(who.error());
    if (const auto fits = check_limit(query.limit, page_max); !fits) return Failure(fits.error());
    const auto after = impl_->open_cursor(who->id(), query.after);
    if (!after) return Failure(after.error());
    const auto sight = impl_->authority.list_sight(*who);
    const auto circle = impl_->circle_of(*who);
    const Instant now = impl_->core.now();
    const bool mine = query.lens == Lens::mine || who->role->scope == policy::Scope::assigned;
    views::WorkRequest request;
    request.reach = mine ? views::Reach{false, {who->id()}} : impl_->reach_of(*who);
    if (query.lens == Lens::team && request.reach.all) {
        request.reach = {false, impl_->directory.team(who->account->agency, who->account->team)};
    }
    request.filter = [&](const views::Row& row) {
        if (query.lens == Lens::mine && !row.has_live_member(who->id(), now)) return false;
        return impl_->works_on(*who, circle, row);
    };
    request.seen = &sight->safeguards();
    request.now = now;
    request.day_ends = local_midnight(*impl_->core.pack, now, 1);
    request.week_ends = local_midnight(*impl_->core.pack, now, 7);
    request.after = *after;
    request.limit = query.limit;
    const views::WorkPage page = impl_->board.work(request);
    Work work;
    work.counts = {page.overdue, page.today, page.week, page.later, page.unknown};
    if (page.next) work.next = impl_->seal_cursor(who->id(), *page.next);
    std::vector<Id> shown;
    for (const auto& [row, finding] : page.rows) {
        WorkItem item;
        item.ref = impl_->references.name_for(who->role->side, row->id);
        const auto seen = impl_->row_sight(*who, *row);
        item.label = impl_->shown_label(*seen, *row);
        item.safeguard = finding.safeguard;
        item.outcome = finding.overdue(now) ? policy::Outcome::breached : finding.outcome;
        item.due = views::instant_or_none(finding.due_us);
        item.since = views::instant_or_none(finding.since_us);
        item.limited = seen->safeguards()[finding.safeguard] != 2;
        if (!item.limited && !finding.record.is_nil()) item.record = finding.record;
        work.items.push_back(std::move(item));
        if (shown.empty() || shown.back() != row->id) shown.push_back(row->id);
    }
    const auto may = impl_->spend(impl_->files_listed, *who, shown, Deed::list, Id{});
    if (!may) return Failure(may.error());
    EntryHead head = impl_->head(*who, what::work);
    head.more.emplace("refs", refs_of(shown));
    if (const auto noted = impl_->note(head); !noted) return Failure(noted.error());
    return work;
}

Result<ExportPage> Register::export_page(const Caller& caller, const ExportQuery& query) {
    const auto who = impl_->enter(caller, Deed::export_files);
    if (!who) return Failure(who.error());
    const auto fits = check_limit(query.limit, export_page_max);
    if (!fits) return Failure(fits.error());
    const policy::DossierType* type = impl_->core.pack->find_dossier_type(query.type);
    if (type == nullptr) return fail(Code::invalid, "no such type of dossier", "/type");
    const auto after = impl_->open_cursor(who->id(), query.after);
    if (!after) return Failure(after.error());
    const auto sight = impl_->authority.list_sight(*who);
    const auto circle = impl_->circle_of(*who);
    views::ListRequest request;
    request.reach = impl_->reach_of(*who);
    request.filter = [&](const views::Row& row) { return impl_->works_on(*who, circle, row); };
    request.seen = &sight->safeguards();
    request.type = impl_->core.pack->index_of(*type);
    request.now = impl_->core.now();
    request.after = *after;
    request.limit = query.limit;
    const views::ListPage listed = impl_->board.list(request);
    ExportPage page;
    if (listed.next) page.next = impl_->seal_cursor(who->id(), *listed.next);
    std::vector<journal::SealedEntry> remarks;
    for (const auto& [row, standing] : listed.rows) {
        const Id ref = impl_->references.name_for(who->role->side, row->id);
        auto access = impl_->authority.authorize(*who, Deed::export_files, ref);
        if (!access) continue;  // taken from the caller since the list was made
        const auto snapshot = impl_->ledger.fetch(access->dossier);
        if (!snapshot) return Failure(snapshot.error());
        if (!impl_->decide_for(*access, Deed::export_files, snapshot->version())) continue;
        const auto judged = impl_->ledger.judge(*snapshot, false);
        if (!judged) return Failure(judged.error());
        auto records = impl_->ledger.open_records(access->grant, *snapshot);
        if (!records) return Failure(records.error());
        page.files.push_back(impl_->make_file(*access, *snapshot, **judged, std::move(*records)));
        auto sealed = impl_->seal_remark(snapshot->keys(), *access, what::export_page, {});
        if (!sealed) return not_written(sealed.error());
        remarks.push_back(std::move(*sealed));
    }
    const auto noted = await(*impl_->ledger.remark(std::move(remarks)));
    if (!noted) return Failure(noted.error());
    return page;
}

}  // namespace homeward::casework
