#include "base/check.hpp"
#include "crypto/box.hpp"
#include "journal/entry.hpp"
#include "journal/frame.hpp"
#include "journal/merkle.hpp"
#include "unit/journal/office.hpp"

#include <gtest/gtest.h>
#include <rapidcheck.h>

#include <algorithm>
#include <map>
#include <set>
#include <vector>

namespace homeward::journal {
namespace {

using test::must;

Bytes some_bytes(std::size_t size_max) {
    const auto raw =
        *rc::gen::container<std::vector<std::uint8_t>>(rc::gen::arbitrary<std::uint8_t>());
    Bytes out;
    for (const auto byte : raw)
        if (out.size() < size_max) out.push_back(std::byte{byte});
    return out;
}

// RFC 6962 §2.1 word for word: split at the largest power of two below the size.
crypto::Hash naive_root(const std::vector<crypto::Hash>& leaves, std::size_t from, std::size_t to) {
    const auto prefixed = [](std::uint8_t prefix, std::initializer_list<crypto::Hash> parts) {
        Bytes all{std::byte{prefix}};
        for (const auto& part : parts) all.insert(all.end(), part.bytes.begin(), part.bytes.end());
        return crypto::hash256(all);
    };
    if (from == to) return crypto::hash256({});
    if (to - from == 1) return prefixed(0, {leaves[from]});
    std::size_t split = 1;
    while (split * 2 < to - from) split *= 2;
    return prefixed(
        1, {naive_root(leaves, from, from + split), naive_root(leaves, from + split, to)}
    );
}

TEST(Merkle, TheCompactRangeIsTheTreeOfTheStandard) {
    std::vector<crypto::Hash> leaves;
    CompactRange range;
    for (std::uint8_t i = 0; i < 130; ++i) {
        EXPECT_EQ(range.root(), naive_root(leaves, 0, leaves.size())) << leaves.size();
        leaves.push_back(crypto::hash256(Bytes{std::byte{i}}));
        range.add(leaves.back());
    }
}

TEST(Merkle, GoesOnFromWhereItWasStored) {
    EXPECT_TRUE(rc::check([] {
        const auto size = *rc::gen::inRange<std::size_t>(0, 300);
        const auto cut = *rc::gen::inRange<std::size_t>(0, size + 1);
        CompactRange whole;
        CompactRange part;
        for (std::size_t i = 0; i < size; ++i) {
            const auto leaf = crypto::hash256(bytes_of(std::to_string(i)));
            whole.add(leaf);
            if (i == cut) {
                auto stored = CompactRange::from_bytes(part.to_bytes());
                RC_ASSERT(stored.has_value());
                part = *stored;
            }
            part.add(leaf);
        }
        RC_ASSERT(whole.root() == part.root());
        RC_ASSERT(whole.size() == size);
    }));
}

TEST(Merkle, NothingButItsOwnBytesIsATree) {
    EXPECT_TRUE(rc::check([] {
        const Bytes bytes = some_bytes(300);
        const auto range = CompactRange::from_bytes(bytes);
        if (range) RC_ASSERT(range->to_bytes() == bytes);
    }));
}

TEST(Frame, GoesThereAndBack) {
    EXPECT_TRUE(rc::check([] {
        std::vector<Bytes> boxes(*rc::gen::inRange<std::size_t>(1, frame_boxes_max + 1));
        for (auto& box : boxes) box = some_bytes(100);
        Frame frame;
        frame.mark = make_id();
        frame.boxes.assign(boxes.begin(), boxes.end());
        const Bytes written = write_frame(frame);
        const auto read = read_frame(written);
        RC_ASSERT(read.has_value());
        RC_ASSERT(read->mark == frame.mark);
        RC_ASSERT(read->boxes.size() == boxes.size());
        for (std::size_t i = 0; i < boxes.size(); ++i)
            RC_ASSERT(std::equal(
                boxes[i].begin(), boxes[i].end(), read->boxes[i].begin(), read->boxes[i].end()
            ));
        const auto cut = *rc::gen::inRange<std::size_t>(0, written.size());
        RC_ASSERT(!read_frame(BytesView(written).first(cut)));
    }));
}

TEST(Frame, NothingButItsOwnBytesIsAFrame) {
    EXPECT_TRUE(rc::check([] {
        Bytes bytes = some_bytes(200);
        // Half of the time it begins as a frame does, so that the rest is reached.
        if (*rc::gen::arbitrary<bool>() && bytes.size() > 20) {
            bytes[0] = std::byte{1};
            bytes[17] &= std::byte{3};
        }
        const auto frame = read_frame(bytes);
        if (frame) RC_ASSERT(write_frame(*frame) == bytes);
    }));
}

TEST(Frame, TakesTheLimitAndRefusesOneMore) {
    const Bytes box(3);
    Frame frame;
    frame.boxes.assign(frame_boxes_max, box);
    Bytes written = write_frame(frame);
    EXPECT_TRUE(read_frame(written));
    written[17] = std::byte{frame_boxes_max + 1};
    Writer(written).run(box);
    EXPECT_FALSE(read_frame(written));
    EXPECT_DEATH(write_frame(Frame{}), "a frame has a directory");
}

TEST(Entry, OpensToWhatWasSealedForAnyParts) {
    EXPECT_TRUE(rc::check([] {
        const auto keys = DossierKeys::make(make_id());
        const auto bits = *rc::gen::arbitrary<std::uint32_t>();
        const auto readable = Categories::from_bits(*rc::gen::arbitrary<std::uint32_t>());
        std::vector<Part> parts;
        for (Category c = 0; c < category_count; ++c)
            if (((bits >> c) & 1U) != 0) parts.push_back({c, some_bytes(2000)});
        const auto entry = must(prepare(keys, make_id(), 1, parts));
        const auto grant = casework::Authority::grant(keys.dossier(), readable);
        const auto opened = must(open_parts(grant, keys, entry));
        RC_ASSERT(opened.withheld.bits() == (bits & ~readable.bits()));
        for (const auto& part : parts) {
            const auto* found = opened.find(part.category);
            RC_ASSERT((found != nullptr) == readable.has(part.category));
            if (found != nullptr) RC_ASSERT(*found == part.plain);
        }
    }));
}

// A model of the journal in plain containers against the real one, over random scripts of writes,
// stale writes, remarks and erasures.
TEST(Journal, BehavesAsItsModel) {
    test::Folder folder;
    test::Office office(folder.path());
    EXPECT_TRUE(rc::check([&] {
        const Id dossier = office.open_dossier();
        std::map<Id, std::pair<std::uint64_t, Bytes>> model;
        std::uint64_t version = 0;
        std::uint64_t entries = 0;
        const auto steps = *rc::gen::inRange(1, 12);
        for (int i = 0; i < steps; ++i) {
            const auto choice = *rc::gen::inRange(0, 4);
            const Bytes content = some_bytes(64);
            if (choice == 0 || model.empty()) {
                const Id record = make_id();
                must(office.write(dossier, record, 1, {{1, content}}));
                model[record] = {1, content};
                ++version, ++entries;
            } else if (choice == 1) {
                must(office.write(dossier, std::nullopt, 0, {{1, content}}));
                ++entries;
            } else {
                auto& [at, held] = std::next(
                                       model.begin(),
                                       *rc::gen::inRange<std::ptrdiff_t>(
                                           0, static_cast<std::ptrdiff_t>(model.size())
                                       )
                )
                                       ->second;
                const auto& record =
                    std::find_if(model.begin(), model.end(), [&](const auto& item) {
                        return &item.second.first == &at;
                    })->first;
                const std::uint64_t next = choice == 2 ? at + 1 : at;
                const auto done = office.write(dossier, record, next, {{1, content}});
                RC_ASSERT(done.has_value() == (choice == 2));
                if (done) at = next, held = content, ++version, ++entries;
            }
        }
        const auto keys = office.keys_of(dossier);
        const auto grant = casework::Authority::grant(dossier, Categories::all());
        must(office.main().read([&](store::Session& main) -> Result<void> {
            const auto stored = must(read_dossier(main, dossier));
            RC_ASSERT(stored.row.version == version);
            RC_ASSERT(stored.row.entries == entries);
            RC_ASSERT(stored.records.size() == model.size());
            for (const auto& entry : stored.records) {
                const auto& expected = model.at(*entry.record);
                RC_ASSERT(entry.version == expected.first);
                RC_ASSERT(*must(open_parts(grant, keys, entry)).find(1) == expected.second);
            }
            return {};
        }));
    }));
    EXPECT_TRUE(office.verify().clean());
}

}  // namespace
}  // namespace homeward::journal
