#include "net/gate.hpp"

#include "net/message.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <ostream>
#include <string>
#include <vector>

namespace homeward::net {
namespace {

/// The way of a request: scanner, parser, gate.
tl::expected<Admission, Refusal> pass(std::string_view raw, const GateRules& rules = {}) {
    HeadScanner scanner;
    const auto size = scanner.scan(raw);
    if (!size) return tl::unexpected<Refusal>(size.error());
    if (*size == 0) return tl::unexpected<Refusal>({0, "not complete"});
    Message message;
    auto head = message.read_head(raw.substr(0, *size));
    if (!head) return tl::unexpected<Refusal>(head.error());
    return admit(std::move(*head), rules);
}

struct Case {
    const char* name;
    std::string raw;
    unsigned status;  ///< 0: let through
};

std::ostream& operator<<(std::ostream& out, const Case& one) { return out << one.name; }

class GateCases : public testing::TestWithParam<Case> {};

TEST_P(GateCases, GivesTheVerdict) {
    const auto verdict = pass(GetParam().raw);
    const unsigned status = verdict ? 0 : verdict.error().status;
    EXPECT_EQ(status, GetParam().status) << GetParam().raw;
    if (!verdict) {
        EXPECT_FALSE(verdict.error().reason.empty());
    }
}

std::string get(const std::string& fields) {
    return "GET /a HTTP/1.1\r\nHost: x\r\n" + fields + "\r\n";
}
std::string post(const std::string& fields) {
    return "POST /a HTTP/1.1\r\nHost: x\r\n" + fields + "\r\n";
}
std::string target(const std::string& text) {
    return "GET " + text + " HTTP/1.1\r\nHost: x\r\n\r\n";
}
std::string host(const std::string& value) {
    return "GET / HTTP/1.1\r\nHost: " + value + "\r\n\r\n";
}
std::string nul(const std::string& before, const std::string& after) {
    return before + std::string(1, '\0') + after;
}

const std::vector<Case> framing{
    {"PlainGet", get(""), 0},
    {"PlainHead", "HEAD / HTTP/1.1\r\nHost: x\r\n\r\n", 0},
    {"PlainPost", post("Content-Length: 3\r\n"), 0},
    {"ChunkedPost", post("Transfer-Encoding: chunked\r\n"), 0},
    {"PostWithoutLength", post(""), 0},
    {"LengthZeroOnGet", get("Content-Length: 0\r\n"), 0},
    {"LengthZeroOnDelete", "DELETE /a HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n\r\n", 0},
    {"OldVersion", "GET / HTTP/1.0\r\nHost: x\r\n\r\n", 0},
    {"CodingXchunked", post("Transfer-Encoding: xchunked\r\n"), 400},
    {"CodingChunkedIdentity", post("Transfer-Encoding: chunked, identity\r\n"), 400},
    {"CodingIdentityChunked", post("Transfer-Encoding: identity, chunked\r\n"), 400},
    {"CodingGzipChunked", post("Transfer-Encoding: gzip, chunked\r\n"), 400},
    {"CodingChunkedTwiceListed", post("Transfer-Encoding: chunked, chunked\r\n"), 400},
    {"CodingTwice", post("Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n"), 400},
    {"CodingTwiceSecondForeign",
     post("Transfer-Encoding: chunked\r\nTransfer-Encoding: x\r\n"),
     400},
    {"CodingOtherCase", post("Transfer-Encoding: Chunked\r\n"), 400},
    {"CodingQuoted", post("Transfer-Encoding: \"chunked\"\r\n"), 400},
    {"CodingEmpty", post("Transfer-Encoding:\r\n"), 400},
    {"CodingWithTabInside", post("Transfer-Encoding: chun\tked\r\n"), 400},
    {"CodingAndLength", post("Transfer-Encoding: chunked\r\nContent-Length: 3\r\n"), 400},
    {"LengthAndCoding", post("Content-Length: 3\r\nTransfer-Encoding: chunked\r\n"), 400},
    {"XchunkedAndLength", post("Transfer-Encoding: xchunked\r\nContent-Length: 3\r\n"), 400},
    {"CodingInOldVersion", "POST / HTTP/1.0\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n", 400},
    {"LengthTwiceEqual", post("Content-Length: 3\r\nContent-Length: 3\r\n"), 400},
    {"LengthTwiceDifferent", post("Content-Length: 3\r\nContent-Length: 4\r\n"), 400},
    {"LengthListed", post("Content-Length: 3, 3\r\n"), 400},
    {"LengthSigned", post("Content-Length: +3\r\n"), 400},
    {"LengthNegative", post("Content-Length: -3\r\n"), 400},
    {"LengthHex", post("Content-Length: 0x3\r\n"), 400},
    {"LengthEmpty", post("Content-Length:\r\n"), 400},
    {"LengthWithBlankInside", post("Content-Length: 1 0\r\n"), 400},
    {"LengthEighteenDigits", post("Content-Length: 000000000000000003\r\n"), 0},
    {"LengthNineteenDigits", post("Content-Length: 0000000000000000003\r\n"), 400},
    {"LengthPast64Bits", post("Content-Length: 99999999999999999999\r\n"), 400},
    {"BodyOnGet", get("Content-Length: 3\r\n"), 400},
    {"BodyOnHead", "HEAD / HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\n\r\n", 400},
    {"BodyOnDelete", "DELETE / HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\n\r\n", 400},
    {"ChunkedBodyOnGet", get("Transfer-Encoding: chunked\r\n"), 400},
    {"GzippedBody", post("Content-Length: 3\r\nContent-Encoding: gzip\r\n"), 415},
    {"IdentityBody", post("Content-Length: 3\r\nContent-Encoding: identity\r\n"), 0},
};

const std::vector<Case> lines{
    {"FoldedField", get("X-A: 1\r\n 2\r\n"), 400},
    {"FoldedWithTab", get("X-A: 1\r\n\t2\r\n"), 400},
    {"FoldedCoding", post("Transfer-Encoding:\r\n chunked\r\n"), 400},
    {"FirstFieldIndented", "GET / HTTP/1.1\r\n Host: x\r\n\r\n", 400},
    {"BlankBeforeColon", get("X-A : 1\r\n"), 400},
    {"TabBeforeColon", get("X-A\t: 1\r\n"), 400},
    {"ColonLaterInValue", get("X-A: a : b\r\n"), 0},
    {"NoColon", get("X-A\r\n"), 400},
    {"EmptyName", get(": 1\r\n"), 400},
    {"NameWithBracket", get("X[A]: 1\r\n"), 400},
    {"BareLineFeeds", "GET / HTTP/1.1\nHost: x\n\n", 400},
    {"BareLineFeedInField", get("X-A: 1\nX-B: 2\r\n"), 400},
    {"BareReturnInField", get("X-A: 1\rX-B: 2\r\n"), 400},
    {"DoubleReturn", get("X-A: 1\r\r\n"), 400},
    {"NulInField", get(nul("X-A: 1", "2\r\n")), 400},
    {"ControlInField", get("X-A: \x01\r\n"), 400},
    {"DeleteInField", get("X-A: \x7f\r\n"), 400},
    {"EightBitField", get("X-A: \xc3\xa9\r\n"), 400},
    {"TabInField", get("X-A: 1\t2\r\n"), 0},
    {"EmptyLineBefore", "\r\n" + get(""), 400},
    {"SpaceBefore", " " + get(""), 400},
    {"TwoBlanks", "GET  / HTTP/1.1\r\nHost: x\r\n\r\n", 400},
    {"TabBetween", "GET\t/ HTTP/1.1\r\nHost: x\r\n\r\n", 400},
    {"NoVersion", "GET /\r\nHost: x\r\n\r\n", 400},
    {"BlankAfterVersion", "GET / HTTP/1.1 \r\nHost: x\r\n\r\n", 505},
    {"LowerVersion", "GET / http/1.1\r\nHost: x\r\n\r\n", 505},
    {"VersionTwo", "GET / HTTP/2.0\r\nHost: x\r\n\r\n", 505},
    {"VersionNine", "GET / HTTP/0.9\r\nHost: x\r\n\r\n", 505},
    {"VersionOneTwo", "GET / HTTP/1.2\r\nHost: x\r\n\r\n", 505},
    {"PrefaceOfTwo", "PRI * HTTP/2.0\r\n\r\n", 505},
    {"Options", "OPTIONS / HTTP/1.1\r\nHost: x\r\n\r\n", 405},
    {"Trace", "TRACE / HTTP/1.1\r\nHost: x\r\n\r\n", 405},
    {"Connect", "CONNECT x:1 HTTP/1.1\r\nHost: x:1\r\n\r\n", 405},
    {"LowerMethod", "get / HTTP/1.1\r\nHost: x\r\n\r\n", 405},
    {"UnknownMethod", "BREW / HTTP/1.1\r\nHost: x\r\n\r\n", 405},
    {"Handshake", "\x16\x03\x01\x02", 400},
};

const std::vector<Case> fields{
    {"NoHost", "GET / HTTP/1.1\r\n\r\n", 400},
    {"NoHostInOldVersion", "GET / HTTP/1.0\r\n\r\n", 400},
    {"TwoHosts", get("Host: y\r\n"), 400},
    {"TwoEqualHosts", get("Host: x\r\n"), 400},
    {"EmptyHost", host(""), 400},
    {"HostWithPort", host("a.example:8080"), 0},
    {"HostAddress", host("127.0.0.1:1"), 0},
    {"HostAddressSix", host("[::1]:8080"), 0},
    {"HostAddressSixOpen", host("[::1"), 400},
    {"HostAddressSixBare", host("::1"), 400},
    {"HostPortZero", host("x:0"), 400},
    {"HostPortLast", host("x:65535"), 0},
    {"HostPortPast", host("x:65536"), 400},
    {"HostPortEmpty", host("x:"), 400},
    {"HostWithUser", host("u@x"), 400},
    {"HostWithPath", host("x/y"), 400},
    {"HostWithBlank", host("x y"), 400},
    {"HostListed", host("x, y"), 400},
    {"HostEscaped", host("%78"), 400},
    {"TwoCookies", get("Cookie: a=1\r\nCookie: b=2\r\n"), 400},
    {"TwoAuthorizations", get("Authorization: a\r\nAuthorization: b\r\n"), 400},
    {"TwoTypes", post("Content-Type: a/b\r\ncontent-type: a/b\r\n"), 400},
    {"TwoOrigins", get("Origin: a\r\nOrigin: b\r\n"), 400},
    {"TwoTokens", get("X-CSRF-Token: a\r\nx-csrf-token: a\r\n"), 400},
    {"TwoFetchSites", get("Sec-Fetch-Site: none\r\nSec-Fetch-Site: none\r\n"), 400},
    {"TwoIfMatch", get("If-Match: 1\r\nIf-Match: 2\r\n"), 400},
    {"TwoForwarded", get("X-Forwarded-For: 1.1.1.1\r\nX-Forwarded-For: 2.2.2.2\r\n"), 400},
    {"TwoAccepts", get("Accept: a/b\r\nAccept: c/d\r\n"), 0},
    {"Upgrade", get("Upgrade: websocket\r\nConnection: Upgrade\r\n"), 400},
    {"UpgradeAlone", get("Upgrade: h2c\r\n"), 400},
    {"UpgradeToTwo", get("Connection: Upgrade, HTTP2-Settings\r\nHTTP2-Settings: AAA\r\n"), 400},
    {"ConnectionDropsCookie", get("Connection: close, Cookie\r\nCookie: a=1\r\n"), 400},
    {"ConnectionBoth", get("Connection: keep-alive, te\r\n"), 0},
    {"ExpectContinue", post("Expect: 100-continue\r\nContent-Length: 1\r\n"), 0},
    {"ExpectOther", post("Expect: 200-maybe\r\nContent-Length: 1\r\n"), 417},
};

const std::vector<Case> targets{
    {"Asterisk", target("*"), 400},
    {"Absolute", target("http://x/a"), 400},
    {"Authority", target("x:80"), 400},
    {"DoubleSlash", target("//x/a"), 400},
    {"EmptySegment", target("/a//b"), 400},
    {"SlashAtEnd", target("/a/"), 0},
    {"Root", target("/"), 0},
    {"Fragment", target("/a#b"), 400},
    {"EightBit", target("/\xc3\xa9"), 400},
    {"EscapedUtf8", target("/%C3%A9"), 0},
    {"EscapedNotUtf8", target("/%C3"), 400},
    {"EscapedOverlong", target("/%C0%AF"), 400},
    {"EscapedSurrogate", target("/%ED%A0%80"), 400},
    {"EscapedPastUnicode", target("/%F4%90%80%80"), 400},
    {"EscapedNul", target("/a%00"), 400},
    {"EscapedLineFeed", target("/a%0a"), 400},
    {"EscapedC1", target("/a%C2%85"), 400},
    {"EscapeCut", target("/a%4"), 400},
    {"EscapeNotHex", target("/a%4g"), 400},
    {"DotSegment", target("/a/./b"), 400},
    {"DotDot", target("/a/../b"), 400},
    {"DotDotAtEnd", target("/.."), 400},
    {"EscapedDotDot", target("/%2e%2E/b"), 400},
    {"ThreeDots", target("/.../b"), 0},
    {"EscapedSlash", target("/a%2fb"), 400},
    {"EscapedBackslash", target("/a%5cb"), 400},
    {"EscapedTwice", target("/a%252e"), 400},
    {"Backslash", target("/a\\b"), 400},
    {"Query", target("/a?b=c&d=%20+e&f"), 0},
    {"QueryEmpty", target("/a?"), 0},
    {"QueryTwice", target("/a?b=1&b=2"), 400},
    {"QueryTwiceEscaped", target("/a?b=1&%62=2"), 400},
    {"QueryWithoutName", target("/a?=1"), 400},
    {"QueryEmptyPiece", target("/a?b=1&&c=2"), 400},
    {"QueryEndsInAnd", target("/a?b=1&"), 400},
    {"QueryNul", target("/a?b=%00"), 400},
    {"QueryBrace", target("/a?b={1}"), 400},
};

std::string name_of(const testing::TestParamInfo<Case>& info) { return info.param.name; }

INSTANTIATE_TEST_SUITE_P(Framing, GateCases, testing::ValuesIn(framing), name_of);
INSTANTIATE_TEST_SUITE_P(Lines, GateCases, testing::ValuesIn(lines), name_of);
INSTANTIATE_TEST_SUITE_P(Fields, GateCases, testing::ValuesIn(fields), name_of);
INSTANTIATE_TEST_SUITE_P(Targets, GateCases, testing::ValuesIn(targets), name_of);

TEST(Gate, TellsWhatItLetThrough) {
    const auto out = pass(
        "HEAD /caf%C3%A9/b?x=a+b%2Bc&y HTTP/1.1\r\nHost: x\r\nX-Purpose:  Y01 \r\n"
        "Connection: close\r\n\r\n"
    );
    ASSERT_TRUE(out);
    EXPECT_TRUE(out->head_only);
    EXPECT_EQ(out->method, api::Method::get);
    EXPECT_EQ(out->target.path, "/caf\xc3\xa9/b");
    ASSERT_EQ(out->target.query.size(), 2U);
    EXPECT_EQ(out->target.query[0].name, "x");
    EXPECT_EQ(out->target.query[0].value, "a b+c");
    EXPECT_EQ(out->target.query[1].name, "y");
    EXPECT_EQ(out->target.query[1].value, "");
    EXPECT_EQ(out->fields[1].name, "x-purpose");
    EXPECT_EQ(out->fields[1].value, "Y01");
    EXPECT_FALSE(out->keeps_alive);
}

TEST(Gate, TellsHowLongTheBodyIs) {
    const auto sized = pass(post("Content-Length: 120\r\nExpect: 100-Continue\r\n"));
    ASSERT_TRUE(sized);
    EXPECT_EQ(sized->body, Admission::Body::sized);
    EXPECT_EQ(sized->body_bytes, 120U);
    EXPECT_TRUE(sized->expects_continue);
    const auto chunked = pass(post("Transfer-Encoding: chunked\r\n"));
    ASSERT_TRUE(chunked);
    EXPECT_EQ(chunked->body, Admission::Body::chunked);
    const auto none = pass(post("Content-Length: 0\r\nExpect: 100-continue\r\n"));
    ASSERT_TRUE(none);
    EXPECT_EQ(none->body, Admission::Body::none);
    EXPECT_FALSE(none->expects_continue);
}

TEST(Gate, LeavesExpectationsOfOldVersionsAlone) {
    const auto out =
        pass("POST / HTTP/1.0\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: 1\r\n\r\n");
    ASSERT_TRUE(out);
    EXPECT_FALSE(out->expects_continue);
    EXPECT_FALSE(out->keeps_alive);
}

TEST(Gate, AnswersOnlyForItsHosts) {
    GateRules rules;
    rules.hosts = {"home.example", "localhost:8080"};
    EXPECT_TRUE(pass(host("Home.Example"), rules));
    EXPECT_TRUE(pass(host("home.example:9"), rules));
    EXPECT_TRUE(pass(host("localhost:8080"), rules));
    for (const char* other : {"localhost", "localhost:8081", "home.example.evil", "evil"}) {
        const auto out = pass(host(other), rules);
        ASSERT_FALSE(out) << other;
        EXPECT_EQ(out.error().status, 421U);
    }
}

TEST(Gate, CountsFields) {
    std::string many;
    for (std::size_t i = 1; i < fields_max; ++i) many += fmt::format("A{}: 1\r\n", i);
    EXPECT_TRUE(pass(get(many)));
    const auto past = pass(get(many + "B: 1\r\n"));
    ASSERT_FALSE(past);
    EXPECT_EQ(past.error().status, 431U);
}

TEST(Gate, CountsParameters) {
    std::string many = "/a?p=1";
    for (std::size_t i = 1; i < parameters_max; ++i) many += fmt::format("&p{}=1", i);
    EXPECT_TRUE(pass(target(many)));
    EXPECT_FALSE(pass(target(many + "&q=1")));
}

TEST(HeadScanner, TakesAHeadOfExactlyTheMost) {
    const std::string start = "GET / HTTP/1.1\r\nHost: x\r\nA: ";
    const std::string full =
        start + std::string(head_bytes_max - start.size() - 4, 'a') + "\r\n\r\n";
    ASSERT_EQ(full.size(), head_bytes_max);
    EXPECT_TRUE(pass(full));
    std::string past = full;
    past.insert(start.size(), "a");
    const auto out = pass(past);
    ASSERT_FALSE(out);
    EXPECT_EQ(out.error().status, 431U);
}

TEST(HeadScanner, FindsTheEndHoweverTheBytesCome) {
    const std::string raw = get("A: b\r\n") + "rest";
    for (std::size_t cut = 0; cut <= raw.size(); ++cut) {
        HeadScanner scanner;
        const auto first = scanner.scan(std::string_view(raw).substr(0, cut));
        ASSERT_TRUE(first);
        const std::size_t found = *first > 0 ? *first : scanner.scan(raw).value_or(0);
        EXPECT_EQ(found, raw.size() - 4) << cut;
    }
}

TEST(HeadScanner, RefusesBeforeTheHeadIsComplete) {
    HeadScanner scanner;
    EXPECT_FALSE(scanner.scan("GET / HTTP/1.1\n"));
}

}  // namespace
}  // namespace homeward::net
