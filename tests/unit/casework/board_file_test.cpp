#include "casework/board_file.hpp"

#include "crypto/file.hpp"
#include "unit/casework/every_list.hpp"
#include "views/row_codec.hpp"

#include <gtest/gtest.h>
#include <sys/resource.h>

#include <chrono>
#include <csignal>
#include <fstream>
#include <future>
#include <thread>

namespace homeward::test {
namespace {

namespace fs = std::filesystem;

constexpr auto custody = R"({"started": "2026-11-02T09:00:00Z"})";

/// The kept files in the folder.
std::vector<fs::path> kept_in(const fs::path& folder) {
    std::vector<fs::path> found;
    for (const auto& entry : fs::directory_iterator(folder)) {
        if (entry.path().filename().string().starts_with("board-")) found.push_back(entry.path());
    }
    return found;
}

Bytes content_of(const fs::path& file) { return must(crypto::read_file(file, 64U << 20U)); }

void write(const fs::path& file, BytesView content) {
    std::ofstream out(file, std::ios::binary | std::ios::trunc);
    out.write(
        reinterpret_cast<const char*>(content.data()), static_cast<std::streamsize>(content.size())
    );
}

/// A register with three children, whose board was kept.
struct KeptBoard : testing::Test {
    Office office;
    casework::Caller worker = office.person("Amal", "CW");
    std::vector<Id> children;

    void SetUp() override {
        office.keep_boards(true);
        office.restart();
        for (int i = 0; i < 3; ++i) add_child();
        keep();
    }
    void add_child() {
        children.push_back(office.child(worker, "Child " + std::to_string(children.size())));
        must(office.reg().add(worker, children.back(), Office::record("custody", custody)));
    }
    void keep() { must(office.reg().keep_board()); }
    /// Starts with the kept file spoilt at many places, one after the other.
    void expect_the_same_with(const std::function<void(Bytes& kept, std::size_t at)>& spoil) {
        const std::string before = lists();
        office.close();
        const fs::path kept = file();
        const Bytes whole = content_of(kept);
        const fs::path key_file = office.folder() / store::keys_file_name;
        const Bytes key = content_of(key_file);
        for (std::size_t at = 0; at <= whole.size(); at += 1 + whole.size() / 50) {
            Bytes spoilt = whole;
            spoil(spoilt, at);
            write(kept, spoilt);
            office.open();
            ASSERT_EQ(lists(), before) << at;
            office.close();
            // A start that could not use it has begun another.
            write(key_file, key);
        }
    }
    /// Keeps a board with one child more, and puts the database back to before that.
    void put_the_journal_back() {
        office.close();
        const fs::path database = office.folder() / store::main_file_name;
        const Bytes old = content_of(database);
        fs::remove(file());
        office.open();
        add_child();
        keep();
        office.close();
        write(database, old);
    }
    fs::path file() const {
        const auto kept = kept_in(office.folder());
        EXPECT_EQ(kept.size(), 1U);
        return kept.empty() ? fs::path() : kept.front();
    }
    std::string lists() { return every_list(office, worker); }
    /// What the database alone says.
    std::string lists_without() {
        office.keep_boards(false);
        office.restart();
        std::string said = lists();
        office.keep_boards(true);
        return said;
    }
    /// Makes projections unreadable: who reads one at a start evaluates that dossier anew.
    void garble() { office.sql("UPDATE projection SET sealed = x'00'"); }
    std::int64_t garbled() {
        return office.count("SELECT count(*) FROM projection WHERE sealed = x'00'");
    }
};

TEST_F(KeptBoard, IsTakenUpWithoutADossierBeingRead) {
    const std::string before = lists();
    garble();
    office.restart();
    EXPECT_EQ(lists(), before);
    EXPECT_EQ(garbled(), 3);
    // As a start without it does.
    EXPECT_EQ(lists_without(), before);
    EXPECT_EQ(garbled(), 0);
}

TEST_F(KeptBoard, WhatWasWrittenAfterItIsReadFromTheJournal) {
    must(office.reg().add(worker, children[0], Office::record("custody", custody)));
    add_child();
    const std::string before = lists();
    office.restart();
    EXPECT_EQ(lists(), before);
    EXPECT_EQ(lists_without(), before);
}

TEST_F(KeptBoard, IsAddedToAndTakenUpWhole) {
    const fs::path first = file();
    const auto size = fs::file_size(first);
    keep();
    EXPECT_EQ(fs::file_size(first), size) << "nothing had changed";
    add_child();
    keep();
    const auto more = fs::file_size(first);
    EXPECT_GT(more, size);
    office.restart();
    must(office.reg().add(worker, children[1], Office::record("custody", custody)));
    keep();
    EXPECT_GT(fs::file_size(first), more);
    EXPECT_EQ(file(), first);
    const std::string before = lists();
    garble();
    office.restart();
    EXPECT_EQ(lists(), before);
    EXPECT_EQ(garbled(), 4);
}

TEST_F(KeptBoard, CutAnywhereItIsAsOldAsWhatIsLeft) {
    add_child();
    keep();
    add_child();
    expect_the_same_with([](Bytes& kept, std::size_t at) { kept.resize(at); });
}

TEST_F(KeptBoard, AByteThatTurnedIsNeverTakenForARow) {
    add_child();
    keep();
    expect_the_same_with([](Bytes& kept, std::size_t at) {
        if (at < kept.size()) kept[at] ^= std::byte{1};
    });
}

TEST_F(KeptBoard, OfAnotherPackIsNotTakenUp) {
    const std::string before = lists();
    const fs::path old = file();
    office.restart(little_pack("2"));
    EXPECT_EQ(lists(), before);
    EXPECT_FALSE(fs::exists(old));
    keep();
    garble();
    office.restart();
    EXPECT_EQ(lists(), before);
    EXPECT_EQ(garbled(), 3);
}

// Whoever puts the database back to an older state does not see what came after it.
TEST_F(KeptBoard, WhatWasAddedAfterTheJournalsEndIsNotTakenUp) {
    const std::string before = lists();
    office.close();
    const fs::path database = office.folder() / store::main_file_name;
    const Bytes old = content_of(database);
    office.open();
    add_child();
    keep();
    office.close();
    write(database, old);
    office.open();
    EXPECT_EQ(lists(), before);
    add_child();
    keep();
    const std::string other = lists();
    office.restart();
    EXPECT_EQ(lists(), other);
    EXPECT_EQ(lists_without(), other);
}

TEST_F(KeptBoard, OfAnotherJournalIsNotTakenUp) {
    put_the_journal_back();
    const std::string before = lists_without();
    office.restart();
    EXPECT_EQ(lists(), before) << "the journal is too short";
}

TEST_F(KeptBoard, OfAnotherJournalAsLongItIsNotTakenUp) {
    put_the_journal_back();
    office.keep_boards(false);
    office.open();
    for (int i = 0; i < 10; ++i) add_child();
    const std::string before = lists();
    office.keep_boards(true);
    garble();
    office.restart();
    EXPECT_EQ(lists(), before);
    EXPECT_EQ(garbled(), 0);
}

TEST_F(KeptBoard, OfAnOlderStateItIsFollowedByTheJournal) {
    const fs::path kept = file();
    const Bytes old = content_of(kept);
    add_child();
    must(office.reg().add(worker, children[0], Office::record("custody", custody)));
    keep();
    const std::string before = lists();
    office.close();
    write(kept, old);
    office.open();
    EXPECT_EQ(lists(), before);
}

TEST_F(KeptBoard, GoesWithAKeyThatIsDestroyed) {
    office.destroy(children[0], "D16");
    const auto kept = office.reg().keep_board();
    // Nothing had changed, so nothing was to be added.
    EXPECT_TRUE(kept);
    add_child();
    EXPECT_EQ(code_of(office.reg().keep_board()), Code::conflict);
    EXPECT_TRUE(kept_in(office.folder()).empty());
    // What this process shows may be what was destroyed: it keeps nothing any more.
    add_child();
    must(office.reg().keep_board());
    EXPECT_TRUE(kept_in(office.folder()).empty());
    office.restart();
    const std::string left = lists();
    EXPECT_EQ(lists_without(), left);
    office.restart();
    keep();
    EXPECT_FALSE(file().empty());
}

TEST_F(KeptBoard, OfADestroyedCategoryNothingIsLeft) {
    const std::string all = lists();
    office.destroy(children[0], "D16");
    office.restart();
    const std::string left = lists();
    EXPECT_NE(left, all) << "its findings were of that category";
    keep();
    office.restart();
    EXPECT_EQ(lists(), left);
    EXPECT_EQ(lists_without(), left);
}

TEST_F(KeptBoard, OfAnErasedChildNothingIsTakenUp) {
    const std::string all = lists();
    const Bytes sealed = content_of(file());
    const fs::path kept = file();
    office.destroy(children[0], "D00");
    office.close();
    // Even where somebody has a copy of the file.
    write(kept, sealed);
    office.open();
    const std::string left = lists();
    EXPECT_NE(left, all);
    EXPECT_EQ(left.find(to_text(children[0])), std::string::npos);
    EXPECT_EQ(lists_without(), left);
}

// Erased before anything of this run was kept: its board shows the child all the same.
TEST_F(KeptBoard, OfAnErasedChildNothingIsKept) {
    office.close();
    fs::remove(file());
    office.open();
    office.destroy(children[0], "D00");
    EXPECT_EQ(code_of(office.reg().keep_board()), Code::conflict);
    EXPECT_TRUE(kept_in(office.folder()).empty());
}

TEST_F(KeptBoard, IsBegunAnewWhenItHasOutgrownItsRows) {
    const fs::path first = file();
    std::uintmax_t largest = 0;
    for (int i = 0; file() == first; ++i) {
        ASSERT_LT(i, 10'000);
        must(office.reg().add(worker, children[0], Office::record("custody", custody)));
        largest = fs::file_size(first);
        keep();
    }
    EXPECT_GE(largest, 1U << 20U);
    EXPECT_LT(fs::file_size(file()), largest / 10);
    const std::string before = lists();
    garble();
    office.restart();
    EXPECT_EQ(lists(), before);
    EXPECT_EQ(garbled(), 3);
}

TEST_F(KeptBoard, LooksAloneMoveTheCutNowAndThen) {
    casework::Options options;
    options.entries_after_cut_max = 3;
    Office other(options);
    const auto reader = other.person("Amal", "CW");
    other.keep_boards(true);
    other.restart();
    const Id child = other.child(reader);
    must(other.reg().keep_board());
    const fs::path kept = kept_in(other.folder()).front();
    const auto size = fs::file_size(kept);
    for (int looks = 1; looks <= 3; ++looks) {
        must(other.reg().read(reader, child));
        must(other.reg().keep_board());
        EXPECT_EQ(fs::file_size(kept) > size, looks == 3) << looks;
    }
}

TEST_F(KeptBoard, WhatCouldNotBeEvaluatedIsTriedAgainAtTheNextStart) {
    const std::string before = lists();
    garble();
    office.sql(
        "UPDATE record SET seq = (SELECT min(seq) FROM entry) WHERE dossier = "
        "(SELECT min(dossier) FROM projection)"
    );
    EXPECT_NE(lists_without(), before);
    fs::remove(file());
    for (int start = 0; start < 2; ++start) {
        office.restart();
        EXPECT_NE(lists(), before);
        keep();
    }
    EXPECT_EQ(garbled(), 1);
    office.sql(
        "UPDATE record SET seq = (SELECT max(seq) FROM entry e "
        "WHERE e.dossier = record.dossier AND e.record = record.id)"
    );
    office.restart();
    EXPECT_EQ(lists(), before);
    EXPECT_EQ(garbled(), 0);
}

// Its row in the file is of before somebody wrote to it, perhaps that somebody must not be told.
TEST_F(KeptBoard, WhatWasWrittenAfterAndCannotBeEvaluatedIsNotShownAsItWas) {
    must(office.reg().add(worker, children[0], Office::record("custody", custody)));
    garble();
    office.sql(
        "UPDATE record SET seq = (SELECT min(seq) FROM entry) WHERE dossier = "
        "(SELECT dossier FROM entry WHERE record IS NOT NULL ORDER BY seq DESC LIMIT 1)"
    );
    office.restart();
    const std::string left = lists();
    EXPECT_EQ(left.find(to_text(children[0])), std::string::npos);
    EXPECT_EQ(lists_without(), left);
}

TEST_F(KeptBoard, AfterTooMuchWasWrittenItIsNotTakenUp) {
    casework::Options options;
    options.follow_min = 2;
    Office other(options);
    const auto writer = other.person("Amal", "CW");
    other.keep_boards(true);
    other.restart();
    for (int i = 0; i < 4; ++i) other.child(writer);
    must(other.reg().keep_board());
    // Two, and one more for a quarter of four.
    for (const bool is_one_more : {false, true}) {
        for (int i = 0; i < (is_one_more ? 1 : 3); ++i) other.child(writer);
        const std::string before = every_list(other, writer);
        other.sql("UPDATE projection SET sealed = x'00'");
        other.restart();
        EXPECT_EQ(every_list(other, writer), before);
        const auto left = other.count("SELECT count(*) FROM projection WHERE sealed = x'00'");
        EXPECT_EQ(left, is_one_more ? 0 : 4);
    }
}

// An older addition in the place of a newer one: its rows would stand for what a later cut says.
TEST_F(KeptBoard, AnAdditionFitsBehindItsOwnOnly) {
    const fs::path kept = file();
    const Bytes first = content_of(kept);
    add_child();
    keep();
    const Bytes old = content_of(kept);
    office.close();
    write(kept, first);
    office.open();
    // The same that was added before, and something more.
    must(office.reg().add(worker, children[0], Office::record("custody", custody)));
    keep();
    const Bytes second = content_of(kept);
    must(office.reg().add(worker, children[1], Office::record("custody", custody)));
    keep();
    const Bytes third = content_of(kept);
    const std::string before = lists();
    office.close();
    Bytes spliced = old;
    spliced.insert(spliced.end(), third.begin() + std::ptrdiff_t(second.size()), third.end());
    write(kept, spliced);
    office.open();
    EXPECT_EQ(lists(), before);
}

TEST_F(KeptBoard, FilesOfNoKeyAreTakenAway) {
    const fs::path kept = file();
    const fs::path stray = office.folder() / ("board-" + to_text(make_id()) + ".sealed");
    const fs::path other = office.folder() / "board.txt";
    write(stray, bytes_of("of a start that was ended"));
    write(other, bytes_of("somebody's"));
    office.restart();
    EXPECT_FALSE(fs::exists(stray));
    EXPECT_TRUE(fs::exists(kept));
    EXPECT_TRUE(fs::exists(other));
    fs::remove(other);
}

/// Does something between a commit and what its writer does with it.
class Meanwhile final : public store::CommitHook {
  public:
    Meanwhile(store::Database& database, std::function<void()> work)
        : database_(database), work_(std::move(work)), hook_(database.exchange_hook(this)) {}
    ~Meanwhile() override { database_.exchange_hook(hook_); }
    Result<void> before_commit(store::Session& session) override {
        return hook_->before_commit(session);
    }
    void committed() override {
        hook_->committed();
        if (work_) std::exchange(work_, nullptr)();
    }

  private:
    store::Database& database_;
    std::function<void()> work_;
    store::CommitHook* hook_;
};

// A write that is durable and not on the board yet: the cut is behind it, so nobody would read it.
TEST_F(KeptBoard, AWriteBetweenDiskAndBoardIsWaitedFor) {
    std::future<Result<void>> kept;
    {
        const Meanwhile meanwhile(office.main(), [&] {
            kept = std::async(std::launch::async, [&] { return office.reg().keep_board(); });
            // If it did not wait it would be through by then.
            (void)kept.wait_for(std::chrono::milliseconds(100));
        });
        must(office.reg().add(worker, children[0], Office::record("custody", custody)));
        must(kept.get());
    }
    const std::string before = lists();
    garble();
    office.restart();
    EXPECT_EQ(lists(), before);
    EXPECT_EQ(garbled(), 3) << "the cut is behind it";
}

TEST_F(KeptBoard, BesideWritersNothingIsMissing) {
    constexpr int writers = 4;
    std::atomic<int> left = writers;
    std::vector<std::thread> threads;
    for (int t = 0; t < writers; ++t) {
        threads.emplace_back([&, t] {
            for (int i = 0; i < 12; ++i) {
                const Id child = office.child(worker, "W" + std::to_string(t));
                must(office.reg().add(worker, child, Office::record("custody", custody)));
            }
            --left;
        });
    }
    while (left > 0) keep();
    for (std::thread& thread : threads) thread.join();
    const std::string before = lists();
    // As a process that was killed here would find it.
    office.restart();
    EXPECT_EQ(lists(), before);
    EXPECT_EQ(lists_without(), before);
}

/// A file by itself, with rows of no dossier.
struct BoardFileLimits : KeptBoard {
    casework::BoardFile file{
        office.folder(), office.store(), office.keyring(), office.reg().pack()};
    casework::Cut cut;

    void SetUp() override {
        KeptBoard::SetUp();
        cut = must(casework::read_cut(office.main()));
        must(file.begin());
        ASSERT_TRUE(file.wants_all());
    }
    Result<void> add(
        const std::set<Id>& again,
        const std::vector<views::RowPointer>& rows = {},
        const casework::GoOn& go_on = {}
    ) {
        return file.add(cut, again, rows, go_on);
    }
    /// A row that takes so many bytes.
    static views::RowPointer row_of(std::size_t size) {
        views::Row row;
        row.id = make_id();
        row.labels = {""};
        Bytes bytes;
        Encoder to(bytes);
        views::encode(row, to);
        row.labels[0].assign(size - bytes.size(), 'x');
        return std::make_shared<const views::Row>(std::move(row));
    }
    std::uintmax_t size() const { return fs::file_size(KeptBoard::file()); }
};

TEST_F(BoardFileLimits, SoManyMayBeMissingAndNotOneMore) {
    std::set<Id> again;
    while (again.size() < casework::again_max) again.insert(make_id());
    EXPECT_TRUE(add(again));
    EXPECT_FALSE(file.wants_all());
    again.insert(make_id());
    EXPECT_EQ(code_of(add(again)), Code::too_large);
    EXPECT_TRUE(file.wants_all());
}

TEST_F(BoardFileLimits, ARowThatIsTooLargeIsNamedInstead) {
    must(add({}, {row_of(casework::kept_row_max), row_of(1000)}));
    EXPECT_GT(size(), casework::kept_row_max);
    must(file.begin());
    must(add({}, {row_of(casework::kept_row_max + 1), row_of(1000)}));
    EXPECT_LT(size(), 10'000U);
}

// What it was given of before, and what too-large rows it named, is in the file until it is begun
// anew.
TEST_F(BoardFileLimits, WhatIsMissingIsMissingUntilAllRowsAreWritten) {
    const std::string before = lists();
    views::Row large = *row_of(casework::kept_row_max + 1);
    large.id = children[0];
    must(add({children[1], children[2]}, {std::make_shared<const views::Row>(large)}));
    must(add({}, {row_of(1000)}));
    office.restart();
    EXPECT_EQ(lists(), before);
}

TEST_F(BoardFileLimits, EndedInTheMidstNothingIsWritten) {
    const std::vector rows{row_of(300'000), row_of(300'000), row_of(300'000)};
    int asked = 0;
    must(add({}, rows, [&] { return ++asked < 2; }));
    EXPECT_EQ(asked, 2);
    EXPECT_TRUE(file.wants_all());
    EXPECT_TRUE(kept_in(office.folder()).empty());
    must(add({}, rows));
    EXPECT_FALSE(file.wants_all());
    EXPECT_GT(size(), 900'000U);
}

// Whoever can write into the folder has nothing else written or cut by it.
TEST_F(BoardFileLimits, AFileThatIsNotAsItWasLeftIsNotAddedTo) {
    const fs::path precious = office.folder() / "precious";
    for (const int what : {0, 1, 2}) {
        must(add({}, {row_of(1000)}));
        const fs::path kept = KeptBoard::file();
        write(precious, Bytes(100'000));
        if (what == 0) fs::resize_file(kept, 10);
        if (what > 0) fs::remove(kept);
        if (what == 2) fs::create_symlink(precious, kept);
        EXPECT_EQ(code_of(add({}, {row_of(1000)})), Code::unavailable) << what;
        EXPECT_EQ(content_of(precious), Bytes(100'000));
        EXPECT_TRUE(file.wants_all());
    }
    must(add({}, {row_of(1000)}));
    EXPECT_FALSE(file.wants_all());
}

TEST_F(BoardFileLimits, WithoutRoomNothingIsAdded) {
    must(add({}, {row_of(1000)}));
    const auto before = size();
    const rlimit none{before + 500, RLIM_INFINITY};
    rlimit was{};
    getrlimit(RLIMIT_FSIZE, &was);
    const auto ignored = std::signal(SIGXFSZ, SIG_IGN);
    setrlimit(RLIMIT_FSIZE, &none);
    const auto added = add({}, {row_of(100'000)});
    setrlimit(RLIMIT_FSIZE, &was);
    std::signal(SIGXFSZ, ignored);
    EXPECT_FALSE(added);
    EXPECT_EQ(size(), before);
    EXPECT_TRUE(file.wants_all());
    must(add({}, {row_of(100'000)}));
    EXPECT_GT(size(), 100'000U);
}

}  // namespace
}  // namespace homeward::test
