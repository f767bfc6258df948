#include "views/row.hpp"

#include <algorithm>
#include <utility>

namespace homeward::views {

namespace {

std::uint16_t role_index(const policy::Pack& pack, const std::string& id) {
    const policy::Role* role = pack.find_role(id);
    return role == nullptr ? any_role : pack.index_of(*role);
}

}  // namespace

bool Row::has_live_member(const Id& account, Instant at) const {
    return std::any_of(members.begin(), members.end(), [&](const Membership& member) {
        return member.account == account && member.live(at);
    });
}

bool Row::is_barred(const Whom& whom, Instant at) const {
    return std::any_of(bars.begin(), bars.end(), [&](const Bar& bar) {
        return bar.live(at) && bar.names(whom);
    });
}

Row make_row(
    const policy::Pack& pack,
    const Id& dossier,
    std::uint64_t version,
    Instant opened,
    const policy::Projection& projection
) {
    Row row;
    row.id = dossier;
    row.version = version;
    row.judged = projection.at;
    row.opened = opened;
    row.recheck_us = us_or_never(projection.recheck_at);
    row.birth = projection.birth;
    row.labels = projection.labels;
    row.type = projection.type;
    row.members.reserve(projection.members.size());
    for (const policy::Member& member : projection.members) {
        const auto account = parse_id(member.account);
        // A role that the pack does not know gives nobody access.
        const std::uint16_t role = role_index(pack, member.role);
        if (!account || (role == any_role && !member.role.empty())) continue;
        row.members.push_back(
            {*account,
             member.from ? member.from->us : std::numeric_limits<std::int64_t>::min(),
             us_or_never(member.until),
             role}
        );
    }
    for (const policy::Permission& permission : projection.permissions) {
        const std::uint16_t role = role_index(pack, permission.role);
        const auto account = parse_id(permission.account);
        const bool for_role = permission.account.empty() && role != any_role;
        if ((!account && !for_role) || !permission.from || !permission.until) continue;
        if (role == any_role && !permission.role.empty()) continue;
        const std::int64_t until =
            std::min(permission.until->us, us_or_never(permission.withdrawn));
        row.permits.push_back(
            {account.value_or(Id{}), permission.from->us, until, permission.categories, role}
        );
    }
    row.bars.reserve(projection.bars.size());
    for (const policy::Bar& bar : projection.bars) {
        // However an id was written, it must not miss the account.
        std::string name = comparable(bar.account);
        const auto account = parse_id(name);
        if (account) name.clear();
        row.bars.push_back(
            {account.value_or(Id{}),
             std::move(name),
             comparable(bar.agency),
             bar.from.us,
             us_or_never(bar.until)}
        );
    }
    for (const policy::Finding& finding : projection.findings) {
        if (finding.outcome == policy::Outcome::met ||
            finding.outcome == policy::Outcome::not_applicable) {
            continue;
        }
        row.findings.push_back(
            {finding.record,
             us_or_never(finding.due),
             us_or_never(finding.since),
             finding.safeguard,
             finding.outcome}
        );
    }
    row.findings.shrink_to_fit();
    row.permits.shrink_to_fit();
    return row;
}

Standing standing_of(const policy::Pack& pack, const Row& row, const Seen& seen, Instant now) {
    Standing standing;
    std::int64_t next = never_us;
    for (const OpenFinding& finding : row.findings) {
        if (seen[finding.safeguard] == 0) continue;
        if (finding.overdue(now)) {
            ++standing.overdue;
            const policy::Severity severity = pack.safeguards()[finding.safeguard].severity;
            standing.worst = standing.worst ? std::max(*standing.worst, severity) : severity;
        } else if (finding.outcome == policy::Outcome::running) {
            ++standing.running;
            next = std::min(next, finding.due_us);
        } else {
            ++standing.unknown;
        }
    }
    standing.next_due = instant_or_none(next);
    return standing;
}

}  // namespace homeward::views
