#include "api/body.hpp"
#include "api/call.hpp"
#include "api/pages.hpp"
#include "api/problem.hpp"
#include "api/routes.hpp"

#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <set>

namespace homeward::api {
namespace {

Request with(std::string type, std::string body) {
    Request request;
    request.method = Method::post;
    request.headers.push_back({"content-type", std::move(type)});
    request.body = std::move(body);
    return request;
}

json::object body_of(const Response& response) {
    return parse_json(response.body).value().as_object();
}

TEST(Problem, ForbiddenAndAbsentAnswerAlike) {
    const auto forbidden = problem(Error{Code::forbidden, "not your child", "/x"});
    const auto absent = problem(Error{Code::not_found, "no such child", ""});
    EXPECT_EQ(forbidden.status, 404U);
    EXPECT_EQ(forbidden.body, absent.body);
    EXPECT_EQ(forbidden.headers.size(), absent.headers.size());
}

TEST(Problem, SaysNothingOfWhatWentWrongInside) {
    const auto response = problem(Error{Code::internal, "at address 0x1234", ""});
    EXPECT_EQ(response.status, 500U);
    EXPECT_EQ(response.body.find("0x1234"), std::string::npos);
    EXPECT_EQ(
        problem(Error{Code::corrupt, "secret place", ""}).body.find("secret"), std::string::npos
    );
}

TEST(Problem, NamesTheFieldAndAsksToComeBack) {
    const auto body = body_of(problem(Error{Code::invalid, "too long", "/data/names/0"}));
    EXPECT_EQ(body.at("errors").at(0).at("pointer").as_string(), "/data/names/0");
    bool retry = false;
    for (const auto& header : problem(Error{Code::unavailable, "", ""}).headers)
        retry = retry || header.name == "retry-after";
    EXPECT_TRUE(retry);
}

TEST(Body, RefusesMembersThatNobodyAskedFor) {
    auto body = Body::parse(
        with("application/json", R"({"name": "x", "role": "ADM"})"), "application/json", 100
    );
    ASSERT_TRUE(body);
    EXPECT_EQ(body->text("name", 10), "x");
    const auto done = body->finish();
    ASSERT_FALSE(done);
    EXPECT_EQ(done.error().pointer, "/role");
}

TEST(Body, TakesTheLongestAndRefusesOneMore) {
    const auto try_with = [](std::size_t size, std::string_view letter = "x") {
        std::string word;
        for (std::size_t i = 0; i < size; ++i) word += letter;
        auto body = Body::parse(
            with("application/json; charset=utf-8", R"({"a": ")" + word + "\"}"),
            "application/json",
            1000
        );
        (void)body->text("a", 10);
        return body->finish().has_value();
    };
    EXPECT_TRUE(try_with(10));
    EXPECT_FALSE(try_with(11));
    // Characters count, not bytes.
    EXPECT_TRUE(try_with(10, "ش"));
    EXPECT_FALSE(try_with(11, "ش"));
    EXPECT_TRUE(
        Body::parse(with("application/json", "{}" + std::string(98, ' ')), "application/json", 100)
    );
    EXPECT_EQ(
        Body::parse(with("application/json", "{}" + std::string(99, ' ')), "application/json", 100)
            .error()
            .code,
        Code::too_large
    );
}

TEST(Body, RefusesOtherTypesAndShapes) {
    EXPECT_FALSE(Body::parse(with("text/plain", "{}"), "application/json", 100));
    EXPECT_FALSE(Body::parse(with("application/jsonx", "{}"), "application/json", 100));
    EXPECT_FALSE(Body::parse(with("application/json", "[]"), "application/json", 100));
    EXPECT_FALSE(Body::parse(with("application/json", R"({"a":1,"a":2})"), "application/json", 100)
    );
    auto body = Body::parse(
        with("application/json", R"({"n": 3, "id": "x", "l": [1,2]})"), "application/json", 100
    );
    (void)body->optional_text("n", 10);
    (void)body->optional_id("id");
    EXPECT_TRUE(body->list("l", 1).empty());
    EXPECT_FALSE(body->finish());
}

TEST(Body, TakesFlagsAndTextsAsTheyAreOrNotAtAll) {
    const auto parse = [](std::string_view text) {
        return Body::parse(with("application/json", std::string(text)), "application/json", 100);
    };
    auto body = parse(R"({"no": false, "texts": ["a", "b"], "none": []})");
    EXPECT_EQ(body->optional_flag("no"), std::optional(false));
    EXPECT_EQ(body->optional_flag("absent"), std::nullopt);
    EXPECT_EQ(body->optional_texts("texts", 2), (std::vector<std::string>{"a", "b"}));
    EXPECT_EQ(body->optional_texts("none", 2), std::vector<std::string>());
    EXPECT_EQ(body->optional_texts("absent", 2), std::nullopt);
    EXPECT_TRUE(body->finish());
    auto word = parse(R"({"yes": "yes"})");
    EXPECT_EQ(word->optional_flag("yes"), std::nullopt);
    EXPECT_EQ(word->finish().error().pointer, "/yes");
    auto mixed = parse(R"({"texts": ["a", 1]})");
    EXPECT_EQ(mixed->optional_texts("texts", 2), std::nullopt);
    EXPECT_EQ(mixed->finish().error().pointer, "/texts/1");
}

TEST(Parameter, IsAWholeNumberWithinItsBounds) {
    Request request;
    request.query = {{"limit", "500"}};
    EXPECT_EQ(number_parameter(request, "limit", 50, 500).value(), 500U);
    EXPECT_EQ(number_parameter(request, "other", 50, 500).value(), 50U);
    for (const char* bad : {"501", "0", "-1", "1x", "", "99999999999999999999999"}) {
        request.query = {{"limit", bad}};
        EXPECT_FALSE(number_parameter(request, "limit", 50, 500)) << bad;
    }
}

TEST(Routes, MatchWholePathsOnly) {
    const auto found = match(Method::get, "/api/v1/dossiers/abc/history");
    ASSERT_NE(found.route, nullptr);
    EXPECT_EQ(found.route->operation, "listHistory");
    EXPECT_EQ(found.name("ref"), "abc");
    for (const char* path :
         {"/api/v1", "/api/v1/dossiers/", "/api/v1/dossiers/a/b/c/d", "/api/v1/Dossiers", "/"})
        EXPECT_EQ(match(Method::get, path).route, nullptr) << path;
    const auto other = match(Method::del, "/api/v1/dossiers");
    EXPECT_EQ(other.route, nullptr);
    EXPECT_TRUE(other.path_known);
}

TEST(Routes, AreCompleteAndNamedOnce) {
    std::set<std::string_view> names;
    for (const Route& route : routes()) {
        EXPECT_TRUE(names.insert(route.operation).second) << route.operation;
        EXPECT_NE(route.run, nullptr) << route.operation;
        EXPECT_EQ(route.body_type.empty(), route.body_bytes_max == 0) << route.operation;
        const bool changes = route.method != Method::get;
        EXPECT_TRUE(!changes || route.needs == Needs::session || route.operation == "signIn")
            << route.operation;
    }
}

TEST(Routes, WhatChangesSomethingMayWait) {
    for (const Route& route : routes()) {
        EXPECT_TRUE(route.waits || route.method == Method::get) << route.operation;
    }
    const Match file = match(Method::get, "/api/v1/dossiers/00000000-0000-4000-8000-000000000000");
    EXPECT_EQ(file.route->operation, "readDossier");
    EXPECT_FALSE(file.route->waits);
}

TEST(OpenApi, NamesOnlySchemasThatExist) {
    const auto document = openapi("1");
    const std::string text = json::serialize(document);
    const auto& schemas = document.at("components").at("schemas").as_object();
    constexpr std::string_view start = "#/components/schemas/";
    for (auto at = text.find(start); at != std::string::npos; at = text.find(start, at + 1)) {
        const auto from = at + start.size();
        const auto name = text.substr(from, text.find('"', from) - from);
        EXPECT_TRUE(schemas.contains(name)) << name;
    }
}

TEST(Credential, ComesFromAHeaderOrTheCookieOfThatName) {
    const std::string token(64, 'a');
    Request request;
    EXPECT_FALSE(credential_of(request));
    request.headers = {{"cookie", "x=1; __Host-session=" + token + "; y=2"}};
    ASSERT_TRUE(credential_of(request));
    EXPECT_TRUE(credential_of(request)->from_cookie);
    request.headers = {{"cookie", "not__Host-session=" + token}};
    EXPECT_FALSE(credential_of(request));
    request.headers = {{"authorization", "Bearer " + token}};
    EXPECT_FALSE(credential_of(request)->from_cookie);
    request.headers = {{"authorization", "Basic " + token}};
    EXPECT_FALSE(credential_of(request));
    request.headers = {{"authorization", "Bearer " + token + "a"}};
    EXPECT_FALSE(credential_of(request));
}

TEST(Origin, IsThisSiteOrUnsaid) {
    const auto from = [](std::vector<Pair> headers) {
        Request request;
        request.headers = std::move(headers);
        request.headers.push_back({"host", "here.example:8080"});
        return comes_from_here(request);
    };
    EXPECT_TRUE(from({}));
    EXPECT_TRUE(from({{"origin", "https://here.example:8080"}, {"sec-fetch-site", "same-origin"}}));
    EXPECT_FALSE(from({{"origin", "https://there.example"}}));
    EXPECT_FALSE(from({{"origin", "https://here.example:8080.there.example"}}));
    EXPECT_FALSE(from({{"origin", "null"}}));
    EXPECT_FALSE(from({{"sec-fetch-site", "cross-site"}}));
    EXPECT_FALSE(from({{"sec-fetch-site", "same-site"}}));
}

class PagesTest : public testing::Test {
  protected:
    std::filesystem::path folder =
        std::filesystem::temp_directory_path() / ("homeward-pages-" + std::to_string(getpid()));
    void SetUp() override { std::filesystem::create_directories(folder / "assets"); }
    void TearDown() override { std::filesystem::remove_all(folder); }
    void write(const char* name, const char* text) const { std::ofstream(folder / name) << text; }
};

TEST_F(PagesTest, ServesFilesAndTheAppForItsOwnPaths) {
    EXPECT_FALSE(Pages::load(folder));
    write("index.html", "<p>app");
    write("assets/a.js", "1");
    const auto pages = Pages::load(folder).value();
    EXPECT_EQ(pages.get("/assets/a.js", "").body, "1");
    EXPECT_EQ(pages.get("/children/123", "").body, "<p>app");
    EXPECT_EQ(pages.get("/assets/missing.js", "").status, 404U);
    EXPECT_EQ(pages.get("/../etc/passwd", "").body, "<p>app");
    std::string tag;
    for (const auto& header : pages.get("/", "").headers) {
        if (header.name == "etag") tag = header.value;
    }
    EXPECT_EQ(pages.get("/", tag).status, 304U);
}

}  // namespace
}  // namespace homeward::api
