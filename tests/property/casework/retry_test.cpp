#include "unit/casework/office.hpp"

#include <gtest/gtest.h>
#include <rapidcheck.h>

#include <map>
#include <set>

namespace homeward::test {
namespace {

/// A client's request, which it may send again whenever it has not seen the answer.
struct Request {
    bool amends = false;
    int record = 0;
    int value = 0;
};

void run(Office& office, const casework::Caller& worker) {
    constexpr int records = 4;
    const Id ref = office.child(worker);
    std::vector<casework::NewRecord> made;
    for (int i = 0; i < records; ++i) {
        made.push_back(
            Office::record("custody", R"({"authority": "first )" + std::to_string(i) + R"("})")
        );
    }
    const auto requests = *rc::gen::container<std::vector<Request>>(rc::gen::map(
        rc::gen::tuple(
            rc::gen::arbitrary<bool>(), rc::gen::inRange(0, records), rc::gen::inRange(0, 2)
        ),
        [](const std::tuple<bool, int, int>& from) {
            return Request{std::get<0>(from), std::get<1>(from), std::get<2>(from)};
        }
    ));
    std::set<int> there;
    std::map<std::pair<int, int>, std::uint64_t> answered;
    for (const Request& request : requests) {
        const auto& record = made[static_cast<std::size_t>(request.record)];
        if (!request.amends) {
            const auto added = must(office.reg().add(worker, ref, record));
            RC_ASSERT(added.id == *record.id);
            RC_ASSERT(added.version == 1U);
            RC_ASSERT(added.repeated == (there.count(request.record) != 0));
            there.insert(request.record);
            continue;
        }
        const std::string field = request.value == 0 ? "authority" : "started";
        const auto amended = office.reg().amend(
            worker, ref, {*record.id, 1, Office::data(R"({")" + field + R"(": "2026-01-01"})")}
        );
        if (there.count(request.record) == 0) {
            RC_ASSERT(!amended.has_value());
            continue;
        }
        RC_ASSERT(amended.has_value());
        RC_ASSERT(!amended->conflict.has_value());
        const std::pair key(request.record, request.value);
        const auto before = answered.find(key);
        RC_ASSERT(amended->repeated == (before != answered.end()));
        if (before != answered.end()) {
            RC_ASSERT(amended->version == before->second);
        }
        answered[key] = amended->version;
    }
    const auto file = must(office.reg().read(worker, ref));
    std::size_t custody = 0;
    for (const auto& record : file.records) custody += record.kind == "custody" ? 1 : 0;
    RC_ASSERT(custody == there.size());
    RC_ASSERT(file.version == 2U + there.size() + answered.size());
}

TEST(Retries, AnyInterleavingOfRepeatedRequestsWritesEachOnce) {
    Office office;
    const auto worker = office.person("Amal", "CW");
    EXPECT_TRUE(rc::check("retries write once", [&] { run(office, worker); }));
}

}  // namespace
}  // namespace homeward::test
