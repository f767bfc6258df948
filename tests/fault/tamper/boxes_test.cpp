#include "crypto/box.hpp"
#include "crypto/secret.hpp"

#include <gtest/gtest.h>

#include <array>
#include <cstdio>
#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

// Two hundred boxes in one frame's worth of places, each put in the place of each other. The marks
// are all one: a mark alone would refuse every pair, whatever else the boxes are bound to. (Whole
// frames, with their marks, are moved in tests/unit/journal/secrecy_test.cpp.)
namespace homeward::test {
namespace {

enum Kind : std::size_t { key, table, dossier, record, version, category, part, kinds };
constexpr std::array<const char*, kinds> names{
    "key", "table", "dossier", "record", "version", "category", "part"};
constexpr std::size_t boxes_of_test = 200;

using Where = std::array<std::size_t, kinds>;

struct Boxes {
    std::vector<Where> places;
    std::vector<Bytes> sealed;
};

class Moved : public testing::Test {
  protected:
    Moved() {
        for (std::size_t i = 0; i < 5; ++i) {
            keys.push_back(crypto::SecretKey::random());
            ids.push_back(make_id());
        }
    }

    // What is blind to `without` neither seals nor opens with it.
    Result<Bytes> open(const Where& where, BytesView box, Kind without) const {
        return crypto::open(key_at(where, without), place_at(where, without), box);
    }
    Boxes seal(const std::vector<Where>& places, Kind without) const {
        Boxes boxes{places, {}};
        for (const auto& where : places)
            boxes.sealed.push_back(
                crypto::seal(key_at(where, without), place_at(where, without), bytes_of("same"))
            );
        return boxes;
    }

    crypto::KeyView key_at(const Where& where, Kind without) const {
        return keys[without == key ? 0 : where[key]].view();
    }
    crypto::Place place_at(Where where, Kind without) const {
        if (without < kinds) where[without] = 0;
        crypto::Place place;
        place.table = where[table] == 0 ? "entry" : "projection";
        place.dossier = ids[where[dossier]];
        place.record = ids[where[record]];
        place.version = 1 + where[version];
        place.category = static_cast<std::uint8_t>(1 + where[category]);
        place.part = static_cast<std::uint32_t>(1 + where[part]);
        place.mark = ids[0];
        return place;
    }

    std::vector<crypto::SecretKey> keys;
    std::vector<Id> ids;
};

// Every combination of so many values of each kind.
std::vector<Where> two_hundred(const std::array<std::size_t, kinds>& sizes) {
    std::vector<Where> all{Where{}};
    for (std::size_t kind = 0; kind < kinds; ++kind) {
        std::vector<Where> more;
        for (const auto& where : all) {
            for (std::size_t value = 0; value < sizes[kind]; ++value) {
                more.push_back(where);
                more.back()[kind] = value;
            }
        }
        all = std::move(more);
    }
    return all;
}

// In how many kinds two places differ, and the last such kind.
std::pair<std::size_t, Kind> difference(const Where& one, const Where& two) {
    std::pair<std::size_t, Kind> out{0, kinds};
    for (std::size_t kind = 0; kind < kinds; ++kind) {
        if (one[kind] == two[kind]) continue;
        ++out.first;
        out.second = static_cast<Kind>(kind);
    }
    return out;
}

struct Outcome {
    std::size_t tried = 0;
    std::size_t opened = 0;
    std::set<std::pair<Code, std::string>> errors;
    std::map<Kind, std::size_t> differ_in_one;  ///< pairs that differ in this kind only
};

class MovedAll : public Moved, public testing::WithParamInterface<Where> {
  protected:
    Outcome move_all(Kind without) const {
        const auto boxes = seal(two_hundred(GetParam()), without);
        Outcome outcome;
        for (std::size_t from = 0; from < boxes.places.size(); ++from) {
            for (std::size_t to = 0; to < boxes.places.size(); ++to) {
                const auto opened = open(boxes.places[to], boxes.sealed[from], without);
                if (from == to) {
                    EXPECT_TRUE(opened) << "in its own place";
                    continue;
                }
                ++outcome.tried;
                const auto [count, kind] = difference(boxes.places[from], boxes.places[to]);
                if (count == 1) ++outcome.differ_in_one[kind];
                if (opened)
                    ++outcome.opened;
                else
                    outcome.errors.insert({opened.error().code, opened.error().text});
            }
        }
        return outcome;
    }
};

TEST_P(MovedAll, NoneOpensInThePlaceOfAnother) {
    const auto outcome = move_all(kinds);
    EXPECT_EQ(outcome.tried, boxes_of_test * (boxes_of_test - 1));
    EXPECT_EQ(outcome.opened, 0U);
    EXPECT_EQ(
        outcome.errors,
        (std::set<std::pair<Code, std::string>>{{Code::corrupt, "cannot be opened"}})
    );
    printf("moved: %zu of %zu refused\n", outcome.tried - outcome.opened, outcome.tried);
}

// The control: with one kind left out of what binds a box, the pairs that differ in it alone open.
TEST_P(MovedAll, WithOneKindLeftOutTheyOpen) {
    for (std::size_t i = 0; i < kinds; ++i) {
        if (GetParam()[i] == 1) continue;
        const auto without = static_cast<Kind>(i);
        const auto outcome = move_all(without);
        EXPECT_GT(outcome.opened, 0U) << names[i];
        EXPECT_EQ(outcome.opened, outcome.differ_in_one.at(without)) << names[i];
        printf("without the %s: %zu open\n", names[i], outcome.opened);
    }
}

// How many values each kind has: key, table, dossier, record, version, category, part.
INSTANTIATE_TEST_SUITE_P(
    TwoHundred, MovedAll, testing::Values(Where{2, 1, 2, 2, 5, 5, 1}, Where{1, 2, 1, 2, 5, 2, 5})
);

}  // namespace
}  // namespace homeward::test
