#include "journal/entry.hpp"

#include "crypto/box.hpp"
#include "journal/frame.hpp"
#include "journal/key_access.hpp"
#include "unit/journal/office.hpp"

#include <gtest/gtest.h>

#include <initializer_list>
#include <vector>

// Frames and directories that `prepare` would never have made.
namespace homeward::journal {
namespace {

using test::bytes;
using test::must;

class Forged : public testing::Test {
  protected:
    /// Every box opens with the dossier's keys in its place; only what the directory says is free.
    Result<OpenedEntry> open(std::initializer_list<std::uint8_t> directory, std::size_t parts) {
        crypto::Place place;
        place.table = "entry";
        place.dossier = keys.dossier();
        place.mark = make_id();
        Bytes names;
        for (const auto byte : directory) names.push_back(std::byte{byte});
        std::vector<Bytes> boxes{crypto::seal(KeyAccess::key(keys, 0), place, names)};
        for (std::size_t i = 0; i < parts; ++i) {
            ++place.part;
            place.category = 1;
            boxes.push_back(crypto::seal(KeyAccess::key(keys, 1), place, bytes("named")));
        }
        Frame frame;
        frame.mark = place.mark;
        frame.boxes.assign(boxes.begin(), boxes.end());
        const SealedEntry entry{keys.dossier(), std::nullopt, 0, write_frame(frame)};
        return open_parts(
            casework::Authority::grant(keys.dossier(), Categories::all()), keys, entry
        );
    }

    const DossierKeys keys = DossierKeys::make(make_id());
};

TEST_F(Forged, ADirectoryThatDoesNotFitItsFrameOpensNothing) {
    // The control: what is made here opens when the directory says what is there.
    EXPECT_EQ(*must(open({1, 1}, 1)).find(1), bytes("named"));
    EXPECT_EQ(open({}, 1).error().text, "cannot be opened");
    EXPECT_EQ(open({1}, 1).error().text, "cannot be opened");
    EXPECT_EQ(open({1, 1, 1}, 1).error().text, "cannot be opened");
    EXPECT_EQ(open({2, 1}, 1).error().text, "cannot be opened");
}

TEST_F(Forged, ACategoryThatDoesNotExistOpensNothing) {
    EXPECT_EQ(open({1, category_count}, 1).error().text, "cannot be opened");
    EXPECT_EQ(open({1, 255}, 1).error().text, "cannot be opened");
}

TEST(Frames, NothingStandsBeforeOrBehindTheirBoxes) {
    const Bytes box(3);
    const Frame frame{make_id(), {box}};
    const Bytes whole = write_frame(frame);
    EXPECT_TRUE(read_frame(whole));
    for (std::size_t size = 0; size < whole.size(); ++size)
        EXPECT_EQ(read_frame(BytesView(whole).first(size)).error().code, Code::corrupt) << size;
    Bytes changed = whole;
    changed.push_back(std::byte{0});
    EXPECT_EQ(read_frame(changed).error().code, Code::corrupt);
    changed = whole;
    changed[0] = std::byte{2};
    EXPECT_EQ(read_frame(changed).error().code, Code::corrupt);
    changed.assign(whole.begin(), whole.begin() + 18);
    changed[17] = std::byte{0};
    EXPECT_EQ(read_frame(changed).error().code, Code::corrupt);
}

TEST(Frames, AreNotWrittenWithMoreBoxesThanThereAreCategories) {
    const Bytes box(3);
    Frame frame;
    frame.boxes.assign(frame_boxes_max + 1, box);
    EXPECT_DEATH(write_frame(frame), "at most one box for each category");
}

}  // namespace
}  // namespace homeward::journal
