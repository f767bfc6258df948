#include "net/answer.hpp"

#include "base/json.hpp"
#include "net/census.hpp"
#include "net/pool.hpp"
#include "net/worker.hpp"

#include <gtest/gtest.h>

#include <string>

namespace homeward::net {
namespace {

api::Response with(const std::string& name, const std::string& value) {
    api::Response response;
    response.headers.push_back({name, value});
    return response;
}

TEST(Answer, CarriesTheSecurityHeaders) {
    Framing framing;
    framing.tls = true;
    framing.request_id = "id-1";
    framing.now = 784111777;
    const std::string head = head_text(api::Response{}, framing);
    for (const char* line :
         {"HTTP/1.1 200 OK\r\n",
          "x-content-type-options: nosniff\r\n",
          "referrer-policy: no-referrer\r\n",
          "cache-control: no-store\r\n",
          "content-security-policy: default-src 'none'; frame-ancestors 'none'\r\n",
          "cross-origin-opener-policy: same-origin\r\n",
          "cross-origin-resource-policy: same-origin\r\n",
          "strict-transport-security: max-age=",
          "date: Sun, 06 Nov 1994 08:49:37 GMT\r\n",
          "x-request-id: id-1\r\n",
          "content-length: 0\r\n\r\n"}) {
        EXPECT_NE(head.find(line), head.npos) << line << head;
    }
    EXPECT_EQ(head.find("connection:"), head.npos);
    EXPECT_EQ(head.find("server:"), head.npos);
}

TEST(Answer, LetsTheHandlerSetItsOwn) {
    const std::string head = head_text(with("Cache-Control", "max-age=60"), Framing{});
    EXPECT_NE(head.find("Cache-Control: max-age=60\r\n"), head.npos);
    EXPECT_EQ(head.find("no-store"), head.npos);
    EXPECT_EQ(head.find("strict-transport-security"), head.npos);
}

TEST(Answer, HasNoLengthWhereThereIsNoBody) {
    for (const unsigned status : {204U, 304U}) {
        api::Response response;
        response.status = status;
        EXPECT_EQ(head_text(response, Framing{}).find("content-length"), std::string::npos);
    }
}

TEST(Answer, IsNotSentWhenItsHeadersAreUnsound) {
    EXPECT_TRUE(is_sendable(with("x-a", "b c")));
    EXPECT_FALSE(is_sendable(with("x-a", "b\r\nset-cookie: c")));
    EXPECT_FALSE(is_sendable(with("x-a", "b\n")));
    EXPECT_FALSE(is_sendable(with("x a", "b")));
    EXPECT_FALSE(is_sendable(with("", "b")));
    EXPECT_FALSE(is_sendable(with("Content-Length", "3")));
    EXPECT_FALSE(is_sendable(with("transfer-encoding", "chunked")));
    EXPECT_FALSE(is_sendable(with("connection", "close")));
    api::Response early;
    early.status = 101;
    EXPECT_FALSE(is_sendable(early));
}

TEST(Answer, ProblemsNameTheirCause) {
    const api::Response response = problem({405, "not that one"});
    const auto body = parse_json(response.body);
    ASSERT_TRUE(body);
    EXPECT_EQ(body->at("type"), "/problems/method");
    EXPECT_EQ(body->at("status"), 405);
    EXPECT_EQ(body->at("detail"), "not that one");
    EXPECT_NE(head_text(response, Framing{}).find("allow: GET,"), std::string::npos);
    EXPECT_NE(head_text(problem({503, {}}), Framing{}).find("retry-after: "), std::string::npos);
}

TEST(Census, LetsInTheMostAndNotOneMore) {
    Census census(2);
    auto first = census.enter("a");
    auto second = census.enter("a");
    EXPECT_TRUE(first && second);
    EXPECT_FALSE(census.enter("a"));
    EXPECT_TRUE(census.enter("b"));
    first.reset();
    EXPECT_TRUE(census.enter("a"));
}

TEST(Census, CountsAnAddressOnce) {
    const auto key = [](const char* text) { return census_key(asio::ip::make_address(text)); };
    EXPECT_EQ(key("::ffff:192.0.2.1"), key("192.0.2.1"));
    EXPECT_EQ(key("2001:db8::1"), key("2001:db8::ffff:2"));
    EXPECT_NE(key("2001:db8::1"), key("2001:db8:0:1::1"));
    EXPECT_NE(key("192.0.2.1"), key("192.0.2.2"));
}

TEST(Pool, LetsInTheMostAndNotOneMore) {
    Pool pool(1, 1, 1);
    EXPECT_TRUE(pool.try_enter());
    EXPECT_TRUE(pool.try_enter());
    EXPECT_FALSE(pool.try_enter());
    pool.leave();
    EXPECT_TRUE(pool.try_enter());
}

TEST(Share, HoldsTheMostAndNotOneMore) {
    Crew crew;
    Limits limits;
    limits.small_body_bytes_max = 4;
    limits.small_bodies_bytes_max = 6;
    limits.bodies_bytes_max = 10;
    {
        Share share(crew, limits);
        EXPECT_TRUE(share.try_grow(4));
        EXPECT_EQ(crew.small_bodies_bytes, 4U);
        EXPECT_TRUE(share.try_grow(10));
        EXPECT_EQ(crew.small_bodies_bytes, 0U);
        EXPECT_FALSE(share.try_grow(11));
        Share other(crew, limits);
        EXPECT_FALSE(other.try_grow(5));
        EXPECT_TRUE(other.try_grow(4));
        Share third(crew, limits);
        EXPECT_FALSE(third.try_grow(3));
        EXPECT_TRUE(third.try_grow(2));
        EXPECT_EQ(crew.bodies_bytes, 10U);
    }
    EXPECT_EQ(crew.bodies_bytes, 0U);
    EXPECT_EQ(crew.small_bodies_bytes, 0U);
}

}  // namespace
}  // namespace homeward::net
