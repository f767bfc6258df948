#include "views/row_codec.hpp"

#include <vector>

namespace homeward::views {

namespace {

template <class T>
std::vector<T> exact(std::vector<T> list) {
    // There are millions of them, and none grows.
    list.shrink_to_fit();
    return list;
}

/// Most findings have none of these, and there are millions of them: a bit says which follow.
constexpr std::uint8_t outcome_bits = 7;
constexpr std::uint8_t has_record = 8;
constexpr std::uint8_t has_due = 16;
constexpr std::uint8_t has_since = 32;
constexpr std::uint8_t known_bits = outcome_bits | has_record | has_due | has_since;

void put_us(Encoder& to, std::int64_t us) { to.at(Instant{us}); }
std::int64_t get_us(Decoder& from) { return from.at().us; }

std::uint16_t get_role(Decoder& from, const policy::Pack& pack) {
    const std::uint16_t role = from.u16();
    from.fail_if(role != any_role && role >= pack.roles().size());
    return role;
}

void put(Encoder& to, const Membership& member) {
    to.id(member.account);
    put_us(to, member.from_us);
    put_us(to, member.until_us);
    to.raw().u16(member.role);
}

Membership get_member(Decoder& from, const policy::Pack& pack) {
    Membership out;
    out.account = from.id();
    out.from_us = get_us(from);
    out.until_us = get_us(from);
    out.role = get_role(from, pack);
    return out;
}

void put(Encoder& to, const Permit& permit) {
    to.id(permit.account);
    put_us(to, permit.from_us);
    put_us(to, permit.until_us);
    to.raw().u32(permit.categories);
    to.raw().u16(permit.role);
}

Permit get_permit(Decoder& from, const policy::Pack& pack) {
    Permit out;
    out.account = from.id();
    out.from_us = get_us(from);
    out.until_us = get_us(from);
    out.categories = from.u32();
    out.role = get_role(from, pack);
    return out;
}

void put(Encoder& to, const Bar& bar) {
    to.id(bar.account);
    to.text(bar.name);
    to.text(bar.agency);
    put_us(to, bar.from_us);
    put_us(to, bar.until_us);
}

Bar get_bar(Decoder& from) {
    Bar out;
    out.account = from.id();
    out.name = from.text();
    out.agency = from.text();
    out.from_us = get_us(from);
    out.until_us = get_us(from);
    return out;
}

void put(Encoder& to, const OpenFinding& finding) {
    auto flags = static_cast<std::uint8_t>(finding.outcome);
    if (!finding.record.is_nil()) flags |= has_record;
    if (finding.due_us != never_us) flags |= has_due;
    if (finding.since_us != never_us) flags |= has_since;
    to.raw().u8(flags);
    to.raw().u16(finding.safeguard);
    if ((flags & has_record) != 0) to.id(finding.record);
    if ((flags & has_due) != 0) put_us(to, finding.due_us);
    if ((flags & has_since) != 0) put_us(to, finding.since_us);
}

OpenFinding get_finding(Decoder& from, const policy::Pack& pack) {
    OpenFinding out;
    const std::uint8_t flags = from.u8();
    const std::uint8_t outcome = flags & outcome_bits;
    from.fail_if(
        (flags & ~known_bits) != 0 || outcome > static_cast<std::uint8_t>(policy::Outcome::unknown)
    );
    out.outcome = static_cast<policy::Outcome>(outcome);
    out.safeguard = from.index(pack.safeguards().size());
    if ((flags & has_record) != 0) out.record = from.id();
    if ((flags & has_due) != 0) out.due_us = get_us(from);
    if ((flags & has_since) != 0) out.since_us = get_us(from);
    return out;
}

}  // namespace

void encode(const Row& row, Encoder& to) {
    to.id(row.id);
    to.raw().u64(row.version);
    to.raw().u16(row.type);
    to.at(row.judged);
    to.at(row.opened);
    put_us(to, row.recheck_us);
    to.raw().u8(row.birth ? 1 : 0);
    if (row.birth) {
        to.at(row.birth->earliest);
        to.at(row.birth->latest);
    }
    to.list(row.labels, [&](const std::string& label) { to.text(label); });
    to.list(row.members, [&](const Membership& member) { put(to, member); });
    to.list(row.permits, [&](const Permit& permit) { put(to, permit); });
    to.list(row.bars, [&](const Bar& bar) { put(to, bar); });
    to.list(row.findings, [&](const OpenFinding& finding) { put(to, finding); });
}

Row decode_row(const policy::Pack& pack, Decoder& from) {
    Row row;
    row.id = from.id();
    row.version = from.u64();
    row.type = from.index(pack.dossier_types().size());
    row.judged = from.at();
    row.opened = from.at();
    row.recheck_us = get_us(from);
    if (from.flag()) {
        const Instant earliest = from.at();
        row.birth = policy::Span{earliest, from.at()};
    }
    row.labels = exact(from.list<std::string>([&] { return from.text(); }));
    row.members = exact(from.list<Membership>([&] { return get_member(from, pack); }));
    row.permits = exact(from.list<Permit>([&] { return get_permit(from, pack); }));
    row.bars = exact(from.list<Bar>([&] { return get_bar(from); }));
    row.findings = exact(from.list<OpenFinding>([&] { return get_finding(from, pack); }));
    return row;
}

}  // namespace homeward::views
