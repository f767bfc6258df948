#include "unit/casework/whole_file.hpp"

#include <gtest/gtest.h>
#include <rapidcheck.h>

#include <array>
#include <tuple>
#include <vector>

namespace homeward::test {
namespace {

/// Nothing lies open, so that each look and each write opens the file anew.
casework::Options no_memory() {
    casework::Options options;
    options.opened_bytes_max = 0;
    return options;
}

/// A child's file that people write in, and that is gathered now and then.
class Town {
  public:
    std::size_t in_one_piece = 0;  ///< comparisons with something gathered

    void live(int what, int size) {
        auto& reg = office_.reg();
        switch (what) {
            case 0:
                (void)reg.add(worker_, child_, Office::record("complaint", R"({"what": "food"})"));
                return;
            case 1:
                return detain(size);
            case 2:
                return amend(size);
            case 3:
                return office_.clock().pass(std::chrono::hours(size));
            case 4:
                return office_.clock().set(std::chrono::hours(-size));
            case 5:
                return office_.destroy(child_, size < 6 ? "D08" : "D16");
            case 6:
                return office_.restart(little_pack(std::to_string(size)));
            default:
                office_.clock().pass(std::chrono::minutes(1));
                office_.gather();
        }
    }

    /// In one piece or record by record, the file is the same for everybody.
    void compare() {
        if (office_.count("SELECT count(*) FROM gathered NATURAL JOIN "
                          "(SELECT id AS dossier, version FROM dossier)") > 0)
            ++in_one_piece;
        const std::string as_it_is = all();
        office_.sql("CREATE TABLE kept AS SELECT * FROM gathered");
        office_.sql("DELETE FROM gathered");
        const std::string record_by_record = all();
        office_.sql("INSERT INTO gathered SELECT * FROM kept");
        office_.sql("DROP TABLE kept");
        RC_ASSERT(as_it_is == record_by_record);
    }

  private:
    void detain(int size) {
        const Instant began{office_.clock().now().us - size * 3600 * us_per_second};
        const auto record =
            Office::record("custody", R"({"started": ")" + to_text(began) + R"("})");
        if (office_.reg().add(worker_, child_, record)) custody_.emplace_back(*record.id, 1);
    }
    void amend(int size) {
        if (custody_.empty()) return;
        auto& [id, version] = custody_[static_cast<std::size_t>(size) % custody_.size()];
        const auto text = R"({"authority": "unit )" + std::to_string(size) + R"("})";
        const auto done = office_.reg().amend(worker_, child_, {id, version, Office::data(text)});
        if (done) version = done->version;
    }
    std::string all() {
        std::string text;
        for (const auto& who : people_) {
            const auto file = office_.reg().read(who, child_);
            text += file ? written(*file) : std::string(name_of(file.error().code));
        }
        return text;
    }

    Office office_{no_memory()};
    casework::Caller worker_ = office_.person("Amal", "CW", true);
    std::array<casework::Caller, 3> people_ = {
        worker_, office_.person("Basil", "CW"), office_.person("Lina", "SUP", false, "north")};
    Id child_ = office_.child_who_told(worker_);
    std::vector<std::pair<Id, std::uint64_t>> custody_;
};

/// What may happen, the more often the more it stands here.
constexpr std::array happenings = {0, 1, 1, 2, 2, 3, 4, 5, 6, 7, 7, 7, 7};

TEST(GatheredFile, IsTheFileRecordByRecord) {
    std::size_t in_one_piece = 0;
    EXPECT_TRUE(rc::check("a file opens in one piece as it does record by record", [&] {
        const auto life = *rc::gen::container<std::vector<std::tuple<int, int>>>(
            12, rc::gen::tuple(rc::gen::elementOf(happenings), rc::gen::inRange(1, 12))
        );
        Town town;
        for (const auto& [what, size] : life) {
            town.live(what, size);
            town.compare();
        }
        in_one_piece += town.in_one_piece;
    }));
    // Or nothing was compared.
    EXPECT_GT(in_one_piece, 300U);
}

}  // namespace
}  // namespace homeward::test
