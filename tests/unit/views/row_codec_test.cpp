#include "views/row_codec.hpp"

#include "unit/casework/little_pack.hpp"

#include <gtest/gtest.h>

#include <limits>

namespace homeward::test {
namespace {

using policy::Outcome;

struct RowCodec : testing::Test {
    std::shared_ptr<const policy::Pack> pack = little_pack();

    static Bytes encoded(const views::Row& row) {
        Bytes bytes;
        Encoder to(bytes);
        views::encode(row, to);
        return bytes;
    }
    /// Whether the bytes are a row and nothing else.
    bool opens(BytesView bytes) const {
        Decoder from(bytes);
        (void)views::decode_row(*pack, from);
        return from.ok() && from.at_end();
    }
    views::Row decoded(BytesView bytes) const {
        Decoder from(bytes);
        views::Row row = views::decode_row(*pack, from);
        EXPECT_TRUE(from.ok() && from.at_end());
        return row;
    }
    views::Row full() const {
        views::Row row;
        row.id = make_id();
        row.version = 7;
        row.judged = Instant{1};
        row.opened = Instant{-2};
        row.recheck_us = 3;
        row.birth = policy::Span{Instant{4}, Instant{5}};
        row.labels = {"Cedar", "", "a label that is longer than what a short one takes"};
        row.type = static_cast<std::uint16_t>(pack->dossier_types().size() - 1);
        const auto role = static_cast<std::uint16_t>(pack->roles().size() - 1);
        row.members = {
            {make_id(), std::numeric_limits<std::int64_t>::min(), views::never_us, role},
            {make_id(), 1, 2, views::any_role}};
        row.permits = {{Id{}, 6, 7, 0xffffffff, 0}, {make_id(), 8, 9, 1, views::any_role}};
        row.bars = {{make_id(), "", "", 1, views::never_us}, {Id{}, "basil", "care", 2, 3}};
        const auto last = static_cast<std::uint16_t>(pack->safeguards().size() - 1);
        row.findings = {
            {Id{}, views::never_us, views::never_us, 0, Outcome::unknown},
            {make_id(), 1, views::never_us, last, Outcome::running},
            {make_id(), views::never_us, -1, last, Outcome::breached},
            {make_id(), 2, 3, 0, Outcome::breached}};
        return row;
    }
};

TEST_F(RowCodec, TakesBackWhatItPut) {
    const views::Row row = full();
    const views::Row back = decoded(encoded(row));
    EXPECT_EQ(back.id, row.id);
    EXPECT_EQ(back.version, row.version);
    EXPECT_EQ(back.type, row.type);
    EXPECT_EQ(back.judged, row.judged);
    EXPECT_EQ(back.opened, row.opened);
    EXPECT_EQ(back.recheck_us, row.recheck_us);
    ASSERT_TRUE(back.birth.has_value());
    EXPECT_EQ(back.birth->earliest, row.birth->earliest);
    EXPECT_EQ(back.birth->latest, row.birth->latest);
    EXPECT_EQ(back.labels, row.labels);
    ASSERT_EQ(back.members.size(), row.members.size());
    for (std::size_t i = 0; i < row.members.size(); ++i) {
        EXPECT_EQ(back.members[i].account, row.members[i].account);
        EXPECT_EQ(back.members[i].from_us, row.members[i].from_us);
        EXPECT_EQ(back.members[i].until_us, row.members[i].until_us);
        EXPECT_EQ(back.members[i].role, row.members[i].role);
    }
    ASSERT_EQ(back.permits.size(), row.permits.size());
    for (std::size_t i = 0; i < row.permits.size(); ++i) {
        EXPECT_EQ(back.permits[i].account, row.permits[i].account);
        EXPECT_EQ(back.permits[i].from_us, row.permits[i].from_us);
        EXPECT_EQ(back.permits[i].until_us, row.permits[i].until_us);
        EXPECT_EQ(back.permits[i].categories, row.permits[i].categories);
        EXPECT_EQ(back.permits[i].role, row.permits[i].role);
    }
    ASSERT_EQ(back.bars.size(), row.bars.size());
    for (std::size_t i = 0; i < row.bars.size(); ++i) {
        EXPECT_EQ(back.bars[i].account, row.bars[i].account);
        EXPECT_EQ(back.bars[i].name, row.bars[i].name);
        EXPECT_EQ(back.bars[i].agency, row.bars[i].agency);
        EXPECT_EQ(back.bars[i].from_us, row.bars[i].from_us);
        EXPECT_EQ(back.bars[i].until_us, row.bars[i].until_us);
    }
    ASSERT_EQ(back.findings.size(), row.findings.size());
    for (std::size_t i = 0; i < row.findings.size(); ++i) {
        EXPECT_EQ(back.findings[i].record, row.findings[i].record);
        EXPECT_EQ(back.findings[i].due_us, row.findings[i].due_us);
        EXPECT_EQ(back.findings[i].since_us, row.findings[i].since_us);
        EXPECT_EQ(back.findings[i].safeguard, row.findings[i].safeguard);
        EXPECT_EQ(back.findings[i].outcome, row.findings[i].outcome);
    }
    EXPECT_FALSE(decoded(encoded(views::Row{})).birth.has_value());
}

TEST_F(RowCodec, RefusesARowThatEndsTooEarly) {
    const Bytes bytes = encoded(full());
    for (std::size_t size = 0; size < bytes.size(); ++size)
        EXPECT_FALSE(opens(BytesView(bytes).first(size))) << size;
}

TEST_F(RowCodec, RefusesWhatThePackDoesNotHave) {
    ASSERT_TRUE(opens(encoded(full())));
    const auto refused = [&](auto change) {
        views::Row row = full();
        change(row);
        return !opens(encoded(row));
    };
    const auto types = static_cast<std::uint16_t>(pack->dossier_types().size());
    const auto roles = static_cast<std::uint16_t>(pack->roles().size());
    const auto safeguards = static_cast<std::uint16_t>(pack->safeguards().size());
    EXPECT_TRUE(refused([&](views::Row& row) { row.type = types; }));
    EXPECT_TRUE(refused([&](views::Row& row) { row.members[0].role = roles; }));
    EXPECT_TRUE(refused([&](views::Row& row) { row.permits[0].role = roles; }));
    EXPECT_TRUE(refused([&](views::Row& row) { row.findings[0].safeguard = safeguards; }));
    EXPECT_TRUE(refused([](views::Row& row) {
        row.findings[0].outcome = static_cast<Outcome>(static_cast<int>(Outcome::unknown) + 1);
    }));
    // A bit of which nobody knows what follows it.
    EXPECT_TRUE(refused([](views::Row& row) { row.findings[0].outcome = static_cast<Outcome>(64); })
    );
}

}  // namespace
}  // namespace homeward::test
