#include "unit/casework/every_list.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <thread>

namespace homeward::test {
namespace {

struct Restart : testing::Test {
    Office office;
    casework::Caller worker = office.person("Amal", "CW");
    std::string before;

    void SetUp() override {
        for (int i = 0; i < 3; ++i) {
            const Id ref = office.child(worker, "Child " + std::to_string(i));
            must(office.reg().add(
                worker, ref, Office::record("custody", R"({"started": "2026-11-02T09:00:00Z"})")
            ));
        }
        before = every_list(office, worker);
    }
};

TEST_F(Restart, BuildsEqualViews) {
    office.restart();
    EXPECT_EQ(every_list(office, worker), before);
}

TEST_F(Restart, RecoversFromProjectionsThatAreGoneOrGarbled) {
    office.sql("DELETE FROM projection WHERE rowid % 2 = 1");
    office.sql("UPDATE projection SET sealed = x'00'");
    office.restart();
    EXPECT_EQ(every_list(office, worker), before);
    office.close();
    office.open();
    EXPECT_EQ(every_list(office, worker), before);
}

TEST_F(Restart, EvaluatesAnewWhatAnotherPackJudged) {
    office.restart(little_pack("2"));
    EXPECT_EQ(every_list(office, worker), before);
}

TEST_F(Restart, KeysWithoutADossierAreUsedByTheRetry) {
    const Id id = make_id();
    const std::vector records{Office::record("charge", "{}")};
    office.sql(
        "CREATE TRIGGER crash BEFORE INSERT ON dossier BEGIN SELECT RAISE(ABORT, 'crash'); END"
    );
    EXPECT_FALSE(office.reg().open(worker, id, "child", records).has_value());
    office.sql("DROP TRIGGER crash");
    EXPECT_TRUE(office.reg().open(worker, id, "child", records).has_value());
    EXPECT_TRUE(office.reg().read(worker, id).has_value());
}

TEST(Together, WritersToOneDossierLoseNothing) {
    Office office;
    const auto worker = office.person("Amal", "CW");
    const Id ref = office.child(worker);
    constexpr int writers = 4;
    constexpr int each = 5;
    std::vector<std::thread> threads;
    for (int t = 0; t < writers; ++t) {
        threads.emplace_back([&, t] {
            for (int i = 0; i < each; ++i) {
                const auto added = office.reg().add(
                    worker,
                    ref,
                    Office::record(
                        "custody", R"({"authority": ")" + std::to_string(t * each + i) + R"("})"
                    )
                );
                EXPECT_TRUE(added.has_value());
                EXPECT_TRUE(office.reg().read(worker, ref).has_value());
                (void)office.reg().work(worker, {});
            }
        });
    }
    for (std::thread& thread : threads) thread.join();
    const auto file = must(office.reg().read(worker, ref));
    EXPECT_EQ(
        std::count_if(
            file.records.begin(),
            file.records.end(),
            [](const auto& record) { return record.kind == "custody"; }
        ),
        writers * each
    );
    EXPECT_EQ(file.version, 2U + writers * each);
}

TEST(Together, OneOfManyAmendmentsOfAFieldWinsAndTheOthersAreTold) {
    Office office;
    const auto worker = office.person("Amal", "CW");
    const Id ref = office.child(worker);
    const auto custody = Office::record("custody", R"({"authority": "police"})");
    must(office.reg().add(worker, ref, custody));
    std::atomic<int> won{0};
    std::atomic<int> told{0};
    std::vector<std::thread> threads;
    for (int t = 0; t < 6; ++t) {
        threads.emplace_back([&, t] {
            const auto amended = must(office.reg().amend(
                worker,
                ref,
                {*custody.id,
                 1,
                 Office::data(R"({"authority": "unit )" + std::to_string(t) + R"("})")}
            ));
            ++(amended.conflict ? told : won);
        });
    }
    for (std::thread& thread : threads) thread.join();
    EXPECT_EQ(won, 1);
    EXPECT_EQ(told, 5);
}

TEST(Together, OneIdOpenedByManyIsOneDossier) {
    Office office;
    const auto worker = office.person("Amal", "CW");
    const Id id = make_id();
    const std::vector records{Office::record("charge", "{}")};
    std::vector<std::thread> threads;
    for (int t = 0; t < 6; ++t) {
        threads.emplace_back([&] {
            EXPECT_TRUE(office.reg().open(worker, id, "child", records).has_value());
        });
    }
    for (std::thread& thread : threads) thread.join();
    EXPECT_EQ(must(office.reg().list(worker, {"child", "", "", 10})).total, 1U);
    EXPECT_EQ(must(office.reg().read(worker, id)).version, 2U);
}

}  // namespace
}  // namespace homeward::test
