#include "crypto/file.hpp"
#include "unit/journal/office.hpp"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <string>
#include <thread>
#include <utility>

// The witness file when the power goes, and beside a server that goes on.
namespace homeward::journal {
namespace {

using test::must;

class Witness : public testing::Test {
  protected:
    void write() {
        if (dossier.is_nil()) dossier = office.open_dossier();
        must(office.write(dossier, make_id(), 1, {}));
    }
    Result<std::unique_ptr<Checkpoints>> start() {
        return Checkpoints::start(office.main(), office.keyring(), {witness, 1'000'000});
    }
    std::string content() {
        return std::string(text_of(must(crypto::read_file(witness, 1U << 20U))));
    }
    /// Writes and signs twice; what the witness was told each time.
    std::pair<std::string, std::string> two_notes() {
        write();
        must(must(start())->make());
        auto first = content();
        write();
        must(must(start())->make());
        return {first, content().substr(first.size())};
    }
    void spoil(std::string text) { must(crypto::replace_file(witness, bytes_of(text))); }

    test::Folder folder;
    std::filesystem::path witness = folder.path() / "checkpoints.log";
    test::Office office{folder.path()};
    Id dossier;
};

// Wherever the last note is torn, the start mends it: the database has it.
TEST_F(Witness, ATornLastNoteIsMendedAtTheStart) {
    const auto [one, other] = two_notes();
    const std::string both = one + other;
    for (std::size_t size = one.size(); size < both.size(); size += 3) {
        for (const char filler : {'\0', '?'}) {
            spoil(both.substr(0, size) + std::string(both.size() - size, filler));
            EXPECT_TRUE(start()) << size;
            EXPECT_EQ(content(), both) << size;
        }
        spoil(both.substr(0, size));
        EXPECT_EQ(office.verify(witness).clean(), size == one.size()) << size;
        EXPECT_TRUE(start()) << size;
        EXPECT_EQ(content(), both) << size;
        // The sector before the tear is the one that is missing.
        auto late = both;
        std::fill_n(
            late.begin() + static_cast<std::ptrdiff_t>(one.size()), size - one.size(), '\0'
        );
        spoil(late);
        EXPECT_TRUE(start()) << size;
        EXPECT_EQ(content(), both) << size;
    }
}

TEST_F(Witness, ASpoiledEarlierNoteStays) {
    auto [first, second] = two_notes();
    first[first.size() - 10] ^= 1;
    spoil(first + second);
    EXPECT_TRUE(start());
    EXPECT_EQ(content(), first + second);
    EXPECT_FALSE(office.verify(witness).clean());
}

// One note is torn, the one before was altered: that is no power cut.
TEST_F(Witness, AnAlteredNoteBeforeATornOneDoesNotStart) {
    auto [first, second] = two_notes();
    first[first.size() - 10] ^= 1;
    const auto spoilt = first + second.substr(0, second.size() / 2);
    spoil(spoilt);
    // Nor the next time: what shows that something is wrong stays.
    for (int i = 0; i < 3; ++i) {
        const auto started = start();
        ASSERT_FALSE(started);
        EXPECT_EQ(started.error().code, Code::corrupt);
        EXPECT_EQ(content(), spoilt);
    }
}

TEST_F(Witness, ThatCannotBeReadIsNeitherPassedOverNorAFinding) {
    write();
    std::filesystem::create_directory(witness);
    EXPECT_EQ(start().error().code, Code::unavailable);
    EXPECT_EQ(verify_file({office.file(), {}, witness, {}}).error().code, Code::unavailable);
    std::filesystem::remove(witness);
    EXPECT_EQ(verify_file({office.file(), {}, witness, {}}).error().code, Code::not_found);
    EXPECT_TRUE(start());
    EXPECT_TRUE(must(verify_file({office.file(), {}, witness, {}})).clean());
}

// As on a medium that lets nobody shorten a file.
TEST_F(Witness, ATornNoteThatCannotBeCutOffDoesNotStart) {
    write();
    must(must(start())->make());
    const auto torn = content() + "torn";
    const int memory = ::memfd_create("witness", MFD_ALLOW_SEALING);
    ASSERT_GE(memory, 0);
    ASSERT_EQ(::write(memory, torn.data(), torn.size()), static_cast<ssize_t>(torn.size()));
    ASSERT_EQ(::fcntl(memory, F_ADD_SEALS, F_SEAL_SHRINK), 0);
    witness = "/proc/self/fd/" + std::to_string(memory);
    EXPECT_EQ(start().error().code, Code::unavailable);
    EXPECT_EQ(content(), torn);
    ::close(memory);
}

TEST_F(Witness, WhatItCouldNotBeToldIsToldAtTheNextStart) {
    const auto place = folder.path() / "medium";
    witness = place / "checkpoints.log";
    {
        const auto checkpoints = must(start());
        write();
        const auto made = checkpoints->make();
        ASSERT_FALSE(made);
        EXPECT_EQ(made.error().code, Code::not_found);
    }
    EXPECT_EQ(office.verify().checkpoints, 1U);
    std::filesystem::create_directory(place);
    EXPECT_TRUE(start());
    const auto report = office.verify(witness);
    EXPECT_TRUE(report.clean());
    EXPECT_EQ(report.witnessed, 1U);
}

// None is ever made, so whoever has one has signed it elsewhere.
TEST_F(Witness, ACheckpointOverNoEntriesIsAFinding) {
    write();
    const Checkpoint none{origin_of(office.keyring().public_key()), 0, CompactRange().root()};
    spoil(sign_note(office.keyring(), none));
    const auto report = office.verify(witness);
    ASSERT_EQ(report.findings_in_all, 1U);
    EXPECT_EQ(
        report.findings.front().what, "the entries are not those that the witness was made over"
    );
}

// A checkpoint that is signed while the witness is being read must not look like a rollback.
TEST_F(Witness, AServerThatGoesOnIsNoRollback) {
    write();
    const auto checkpoints = must(start());
    must(checkpoints->make());
    const auto pipe = folder.path() / "pipe";
    ASSERT_EQ(::mkfifo(pipe.c_str(), 0600), 0);
    std::thread server([&] {
        // Opens when the verifier does.
        std::ofstream out(pipe, std::ios::binary);
        write();
        must(checkpoints->make());
        out << content();
    });
    VerifyFile file;
    file.database = office.file();
    file.witness_file = pipe;
    const auto report = must(verify_file(file));
    server.join();
    EXPECT_TRUE(report.clean()) << report.findings.front().what;
    EXPECT_EQ(report.witnessed, 2U);
    EXPECT_EQ(report.entries, 2U);
}

}  // namespace
}  // namespace homeward::journal
