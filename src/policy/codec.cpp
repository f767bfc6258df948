#include "base/codec.hpp"

#include "policy/projection.hpp"

/// The stored form of a projection: fixed-width little-endian numbers and length-prefixed texts.
/// Indexes hold for one pack, so its digest comes first.
namespace homeward::policy {
namespace {

void put(Encoder& to, const Finding& finding) {
    auto& raw = to.raw();
    raw.u16(finding.safeguard);
    to.id(finding.record);
    raw.u8(static_cast<std::uint8_t>(finding.outcome));
    raw.u8(finding.warning);
    raw.u8(static_cast<std::uint8_t>((finding.must_come_first ? 1 : 0) + (finding.fault ? 2 : 0)));
    for (const auto* time : {&finding.start, &finding.due, &finding.since, &finding.next_due})
        to.maybe(*time);
    to.list(finding.missing, [&](const Missing& missing) {
        raw.u16(missing.path);
        raw.u8(missing.recorded ? 1 : 0);
    });
}

Finding get_finding(Decoder& from, const Pack& pack) {
    Finding out;
    out.safeguard = from.index(pack.safeguards().size());
    out.record = from.id();
    const auto outcome = from.u8();
    from.fail_if(outcome > static_cast<std::uint8_t>(Outcome::unknown));
    out.outcome = static_cast<Outcome>(outcome);
    out.warning = from.u8();
    const auto flags = from.u8();
    out.must_come_first = (flags & 1U) != 0;
    out.fault = (flags & 2U) != 0;
    for (auto* time : {&out.start, &out.due, &out.since, &out.next_due}) *time = from.maybe();
    out.missing = from.list<Missing>([&] {
        const auto path = from.index(pack.path_count());
        return Missing{path, from.flag()};
    });
    return out;
}

void put(Encoder& to, const Member& member) {
    to.id(member.record);
    to.text(member.account);
    to.text(member.role);
    to.maybe(member.from);
    to.maybe(member.until);
}

Member get_member(Decoder& from) {
    Member out;
    out.record = from.id();
    out.account = from.text();
    out.role = from.text();
    out.from = from.maybe();
    out.until = from.maybe();
    return out;
}

void put(Encoder& to, const Permission& permission) {
    to.id(permission.record);
    to.text(permission.account);
    to.text(permission.role);
    to.raw().u32(permission.categories);
    to.maybe(permission.from);
    to.maybe(permission.until);
    to.maybe(permission.withdrawn);
}

Permission get_permission(Decoder& from) {
    Permission out;
    out.record = from.id();
    out.account = from.text();
    out.role = from.text();
    out.categories = from.u32();
    out.from = from.maybe();
    out.until = from.maybe();
    out.withdrawn = from.maybe();
    return out;
}

void put(Encoder& to, const Bar& bar) {
    to.id(bar.record);
    to.text(bar.account);
    to.text(bar.agency);
    to.at(bar.from);
    to.maybe(bar.until);
}

Bar get_bar(Decoder& from) {
    Bar out;
    out.record = from.id();
    out.account = from.text();
    out.agency = from.text();
    out.from = from.at();
    out.until = from.maybe();
    return out;
}

Gap get_gap(Decoder& from, const Pack& pack) {
    Gap out;
    out.record = from.id();
    out.path = from.index(pack.path_count());
    return out;
}

}  // namespace

Bytes encode(const Pack& pack, const Projection& projection) {
    Bytes out;
    Encoder to(out);
    auto& raw = to.raw();
    raw.u8(projection_format);
    to.text(pack.digest());
    to.at(projection.at);
    raw.u16(projection.type);
    to.list(projection.findings, [&](const Finding& finding) { put(to, finding); });
    for (const auto count : projection.counts) raw.u32(count);
    to.maybe(projection.recheck_at);
    to.list(projection.members, [&](const Member& member) { put(to, member); });
    to.list(projection.permissions, [&](const Permission& permission) { put(to, permission); });
    to.list(projection.bars, [&](const Bar& bar) { put(to, bar); });
    to.list(projection.labels, [&](const std::string& label) { to.text(label); });
    to.list(projection.names, [&](const std::string& name) { to.text(name); });
    to.list(projection.keys, [&](const SearchKey& key) {
        raw.u16(key.path);
        to.text(key.text);
    });
    raw.u8(projection.birth ? 1 : 0);
    if (projection.birth) {
        to.at(projection.birth->earliest);
        to.at(projection.birth->latest);
    }
    for (const auto* gaps : {&projection.incomplete, &projection.contradictions})
        to.list(*gaps, [&](const Gap& gap) {
            to.id(gap.record);
            raw.u16(gap.path);
        });
    return out;
}

Result<Projection> decode(const Pack& pack, BytesView bytes) {
    Decoder from(bytes);
    const auto version = from.u8();
    if (from.ok() && version != projection_format)
        return fail(Code::conflict, "a projection of another version");
    const auto digest = from.text();
    if (from.ok() && digest != pack.digest())
        return fail(Code::conflict, "a projection of another pack");
    Projection out;
    out.at = from.at();
    out.type = from.index(pack.dossier_types().size());
    out.findings = from.list<Finding>([&] { return get_finding(from, pack); });
    for (auto& count : out.counts) count = from.u32();
    out.recheck_at = from.maybe();
    out.members = from.list<Member>([&] { return get_member(from); });
    out.permissions = from.list<Permission>([&] { return get_permission(from); });
    out.bars = from.list<Bar>([&] { return get_bar(from); });
    out.labels = from.list<std::string>([&] { return from.text(); });
    out.names = from.list<std::string>([&] { return from.text(); });
    out.keys = from.list<SearchKey>([&] {
        const auto path = from.index(pack.path_count());
        return SearchKey{path, from.text()};
    });
    if (from.flag()) {
        const auto earliest = from.at();
        out.birth = Span{earliest, from.at()};
    }
    for (auto* gaps : {&out.incomplete, &out.contradictions})
        *gaps = from.list<Gap>([&] { return get_gap(from, pack); });
    if (!from.ok() || !from.at_end()) return fail(Code::corrupt, "a stored projection is damaged");
    return out;
}

}  // namespace homeward::policy
