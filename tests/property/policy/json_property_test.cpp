#include "policy/record.hpp"
#include "unit/policy/tiny.hpp"

#include <rapidcheck.h>

/// What must hold of patches, parts and merges whatever the data are.
namespace homeward::policy {
namespace {

std::string word() {
    return *rc::gen::element<std::string>("started", "ended", "offence", "reviews", "cost");
}

/// An object of the custody form, or close to it.
json::object any_data() {
    json::object out;
    const auto count = *rc::gen::inRange(0, 5);
    for (int i = 0; i < count; ++i) {
        const auto key = word();
        if (key == "reviews") {
            json::array list;
            const auto items = *rc::gen::inRange(0, 4);
            for (int j = 0; j < items; ++j) {
                json::object item;
                if (*rc::gen::arbitrary<bool>()) item["held"] = "2026";
                if (*rc::gen::arbitrary<bool>()) item["outcome"] = std::to_string(j);
                list.push_back(std::move(item));
            }
            out[key] = std::move(list);
        } else {
            out[key] = std::to_string(*rc::gen::inRange(2'000, 2'003));
        }
    }
    return out;
}

/// The patch that makes `to` of `from`.
json::object difference(const json::object& from, const json::object& to) {
    json::object out;
    for (const auto& member : from)
        if (to.if_contains(member.key()) == nullptr) out[member.key()] = nullptr;
    for (const auto& member : to) {
        const auto* old = from.if_contains(member.key());
        if (old == nullptr || *old != member.value()) out[member.key()] = member.value();
    }
    return out;
}

template <class Check>
void holds(const char* what, Check check) {
    EXPECT_TRUE(rc::check(what, check)) << what;
}

TEST(JsonProperty, APatchLeadsWhereItSays) {
    holds("merge_patch(from, difference) is to", [] {
        const auto from = any_data();
        const auto to = any_data();
        const auto patch = difference(from, to);
        RC_ASSERT(merge_patch(from, patch) == to);
        RC_ASSERT(merge_patch(to, patch) == to);
        RC_ASSERT(merge_patch(from, {}) == from);
    });
}

TEST(JsonProperty, PartsJoinInAnyOrder) {
    holds("join(split(data)) is data", [] {
        const auto data = any_data();
        std::vector<json::object> parts;
        const auto pack = tiny::pack();
        for (auto& [category, part] : split_by_category(*pack->find_kind("custody"), data))
            parts.push_back(part);
        if (*rc::gen::arbitrary<bool>()) std::reverse(parts.begin(), parts.end());
        RC_ASSERT(join(parts) == data);
    });
}

TEST(JsonProperty, MergeTakesBothSides) {
    holds("merge with one side unchanged is the other; it is even-handed without conflicts", [] {
        const auto base = any_data();
        const auto mine = any_data();
        const auto theirs = any_data();
        RC_ASSERT(merge(base, mine, base).data == mine);
        RC_ASSERT(merge(base, base, theirs).data == theirs);
        RC_ASSERT(merge(base, mine, mine).conflicts.empty());
        const auto one = merge(base, mine, theirs);
        const auto other = merge(base, theirs, mine);
        RC_ASSERT(one.conflicts == other.conflicts);
        if (one.conflicts.empty()) RC_ASSERT(one.data == other.data);
    });
}

}  // namespace
}  // namespace homeward::policy
