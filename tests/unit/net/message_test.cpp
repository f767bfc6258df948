#include "net/message.hpp"

#include <gtest/gtest.h>

#include <string>

namespace homeward::net {
namespace {

constexpr std::uint64_t max = 10;

Message begun(const std::string& framing) {
    Message message;
    const auto head = message.read_head("POST / HTTP/1.1\r\nHost: x\r\n" + framing + "\r\n\r\n");
    EXPECT_TRUE(head);
    message.begin_body(max);
    return message;
}

/// Feeds `body` in pieces of `step`; returns the body read, or the status of the refusal.
std::string feed(Message& message, const std::string& body, std::size_t step) {
    std::string unread;
    for (std::size_t at = 0; at < body.size() && !message.is_done(); at += step) {
        unread += body.substr(at, step);
        const auto used = message.read_body(unread);
        if (!used) return std::to_string(used.error().status);
        unread.erase(0, *used);
    }
    return message.is_done() ? message.take_body() : "unfinished";
}

std::string read_chunked(const std::string& body, std::size_t step) {
    Message message = begun("Transfer-Encoding: chunked");
    return feed(message, body, step);
}

class ChunkSteps : public testing::TestWithParam<std::size_t> {};

TEST_P(ChunkSteps, JoinsChunks) {
    const std::size_t step = GetParam();
    EXPECT_EQ(read_chunked("3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n", step), "abcde");
    EXPECT_EQ(read_chunked("0\r\n\r\n", step), "");
    EXPECT_EQ(read_chunked("A\r\n0123456789\r\n0\r\n\r\n", step), "0123456789");
}

TEST_P(ChunkSteps, RefusesOnePastTheLimit) {
    const std::size_t step = GetParam();
    EXPECT_EQ(read_chunked("b\r\n0123456789a\r\n0\r\n\r\n", step), "413");
    EXPECT_EQ(read_chunked("A\r\n0123456789\r\n1\r\na\r\n0\r\n\r\n", step), "413");
    EXPECT_EQ(read_chunked("ffffffffffffffff\r\n", step), "413");
}

TEST_P(ChunkSteps, RefusesWhatReadersDisagreeOn) {
    const std::size_t step = GetParam();
    EXPECT_EQ(read_chunked("3;a=b\r\nabc\r\n0\r\n\r\n", step), "400");
    EXPECT_EQ(read_chunked("3\r\nabc\r\n0;a\r\n\r\n", step), "400");
    EXPECT_EQ(read_chunked("3\r\nabc\r\n0\r\nX-A: 1\r\n\r\n", step), "400");
    EXPECT_EQ(read_chunked("3\nabc\n0\n\n12345\r\n", step), "400");
    EXPECT_EQ(read_chunked("3\r\nabcX0\r\n\r\n\r\n\r\n", step), "400");
    EXPECT_EQ(read_chunked("0x3\r\nabc\r\n0\r\n\r\n", step), "400");
    EXPECT_EQ(read_chunked("-1\r\nabc\r\n0\r\n\r\n", step), "400");
    EXPECT_EQ(read_chunked("g\r\nabc\r\n0\r\n\r\n", step), "400");
    EXPECT_EQ(read_chunked("11111111111111111\r\nabc\r\n0\r\n\r\n", step), "400");
    EXPECT_EQ(read_chunked(std::string(2000, '0'), step), "400");
}

INSTANTIATE_TEST_SUITE_P(Steps, ChunkSteps, testing::Values(1U, 2U, 3U, 5U, 1000U));

TEST(Message, LeavesTheNextRequestUnread) {
    Message message = begun("Transfer-Encoding: chunked");
    const std::string body = "1\r\na\r\n0\r\n\r\n";
    const auto used = message.read_body(body + "GET / HTTP/1.1\r\n");
    ASSERT_TRUE(used);
    EXPECT_EQ(*used, body.size());
    EXPECT_TRUE(message.is_done());

    Message sized = begun("Content-Length: 3");
    const auto taken = sized.read_body("abcGET /");
    ASSERT_TRUE(taken);
    EXPECT_EQ(*taken, 3U);
    EXPECT_EQ(sized.take_body(), "abc");
}

TEST(Message, KnowsTheEndOfAnEmptyBody) {
    EXPECT_TRUE(begun("Content-Length: 0").is_done());
    EXPECT_FALSE(begun("Content-Length: 1").is_done());
}

}  // namespace
}  // namespace homeward::net
