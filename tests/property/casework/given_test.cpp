#include "unit/casework/whole_file.hpp"

#include <gtest/gtest.h>
#include <rapidcheck.h>

#include <array>
#include <tuple>

namespace homeward::test {
namespace {

/// Keeps what was given for longer than a test lasts.
casework::Options long_memory() {
    casework::Options options;
    options.opened_keep = std::chrono::hours(24 * 365 * 10);
    return options;
}

/// A child's file, those who write in it and those who may look at it from time to time.
class Town {
  public:
    Office office{long_memory()};
    casework::Caller writer = office.person("Wafa", "CW", true, "a", "Office");
    std::array<casework::Caller, 4> readers = {
        writer,
        office.person("Amal", "CW", false, "a", "Care"),
        office.person("Basil", "JUD", true, "a", "Court"),
        office.person("Lina", "SUP", false, "a", "Office")};
    Id child = must(office.reg().open(
                        writer,
                        std::nullopt,
                        "child",
                        {Office::record(
                            "registration",
                            R"({"pseudonym": "Cedar", "told": "harm",
                                "birth": {"born": "2012-11-20", "basis": "stated"}})"
                        )}
                    ))
                   .ref;
    std::size_t looks = 0;
    std::size_t writings = 0;

    Id ref(const casework::Caller& who) {
        if (who.role != "JUD") return child;
        const auto list = must(office.reg().list(who, {"child", "", "", 10}));
        return list.items.empty() ? make_id() : list.items.front().ref;
    }

    /// Looks as everybody: what is given is what would be written now, or refused alike.
    void look() {
        for (const auto& who : readers) {
            const Id name = ref(who);
            const auto file = office.reg().read(who, name);
            for (const std::string form : {"plain", "loud"}) {
                const auto write = [&](const casework::File& given) {
                    ++writings;
                    return form + written(given);
                };
                auto held = office.reg().read_written(who, name, form, write);
                RC_ASSERT(held.has_value() == file.has_value());
                if (!held) continue;
                ++looks;
                RC_ASSERT(must(std::move(*held).wait()) == form + written(*file));
            }
        }
    }

    void write(const std::string& kind, const std::string& data) {
        must(office.reg().add(writer, child, Office::record(kind, data)));
    }

    /// Something that changes what one of them may see, or what there is to see.
    void happen(int what, std::size_t who, int size) {
        const auto& reader = readers[1 + who % 3];
        const std::int64_t later_us = office.clock().now().us + size * 3600 * us_per_second;
        switch (what) {
            case 0:
                return write("complaint", R"({"what": "food"})");
            case 1:
                return office.assign(writer, child, reader);
            case 2:
                office.permit(writer, child, reader, R"(["D01", "D08"])");
                return;
            case 3:
                return office.clock().pass(std::chrono::hours(size));
            case 4:
                return office.clock().pass(std::chrono::hours(24 * size));
            case 5:
                // Before they were assigned nobody would see anything.
                if (office.clock().now().us - 3 * size * 3600 * us_per_second < began_.us) return;
                return office.clock().set(std::chrono::hours(-3 * size));
            case 6:
                return office.destroy(child, size == 1 ? "D08" : "D16");
            case 7:
                return write(
                    "withholding",
                    R"({"account": ")" + to_text(reader.account) + R"(", "until": ")" +
                        to_text(Instant{later_us}) + R"("})"
                );
            default:
                return change_account(what, who);
        }
    }

    void change_account(int what, std::size_t who) {
        const auto& person = readers[who];
        bool& turned = turned_[who];
        turned = !turned;
        casework::AccountChange change;
        if (what == 8) {
            change.gbv_cleared = turned;
        } else if (what == 9) {
            change.team = turned ? "b" : "a";
        } else {
            change.roles = {turned ? "VOL" : person.role, person.role};
            if (!turned) change.roles->pop_back();
        }
        must(office.reg().change_account(casework::Caller::console(), person.account, change));
    }

  private:
    const Instant began_ = office.clock().now();
    std::array<bool, 4> turned_{};
};

/// What may happen, the more often the more it stands here. After a write all texts are new: what
/// changes without one is where an old text could be given.
constexpr std::array happenings = {0, 1, 2, 3, 3, 4, 4, 5, 5, 6, 7, 8, 8, 8, 9, 10};

TEST(Given, EndsWhenTheEngineWouldSaySomethingElse) {
    Town town;
    Office& office = town.office;
    const std::string began = to_text(office.clock().now());
    town.write("custody", R"({"authority": "army", "started": ")" + began + R"("})");
    const auto text = [&] {
        return must(
            must(office.reg().read_written(town.writer, town.child, "plain", written)).wait()
        );
    };
    // Half of the day in which a judge has to see the child is over, then three quarters: from one
    // to seven in the morning of the same day.
    office.clock().pass(std::chrono::hours(13));
    const std::string half = text();
    office.clock().pass(std::chrono::hours(4));
    EXPECT_EQ(text(), half);
    office.clock().pass(std::chrono::hours(2));
    EXPECT_NE(text(), half);
    // The clock is set back behind what was judged.
    office.clock().set(std::chrono::hours(-6));
    EXPECT_EQ(text(), half);
}

TEST(Given, IsAlwaysWhatWouldBeWrittenNow) {
    std::size_t looks = 0;
    std::size_t writings = 0;
    EXPECT_TRUE(rc::check("a file that was given is what would be written", [&] {
        Town town;
        const std::string began = to_text(town.office.clock().now());
        town.write("custody", R"({"authority": "army", "started": ")" + began + R"("})");
        for (const auto& reader : town.readers) town.office.assign(town.writer, town.child, reader);
        town.look();
        const auto steps = *rc::gen::container<std::vector<std::tuple<int, int, int>>>(
            12,
            rc::gen::tuple(
                rc::gen::elementOf(happenings), rc::gen::inRange(0, 4), rc::gen::inRange(1, 12)
            )
        );
        for (const auto& [what, who, size] : steps) {
            town.happen(what, static_cast<std::size_t>(who), size);
            town.look();
        }
        looks += town.looks;
        writings += town.writings;
    }));
    // Or nothing that was given before was ever given again.
    EXPECT_LT(writings * 10, looks * 9);
    EXPECT_GT(writings, 0U);
}

}  // namespace
}  // namespace homeward::test
