#include "net/server.hpp"

#include "unit/net/client.hpp"
#include "unit/net/echo.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <sys/resource.h>

#include <algorithm>
#include <csignal>
#include <memory>
#include <string>
#include <thread>
#include <vector>

namespace homeward::net {
namespace {

class ServerTest : public testing::Test {
  protected:
    ServerTest() {
        options.workers = 2;
        options.limits.linger_time_max = Milliseconds(200);
    }

    ~ServerTest() override {
        echo.open_gate();
        server.reset();
    }

    Client client() {
        start();
        return Client(server->port());
    }

    void start() {
        if (server != nullptr) return;
        auto started = Server::start(options, echo);
        ASSERT_TRUE(started) << started.error().text;
        server = std::make_unique<Server>(std::move(*started));
    }

    static std::string get(std::string_view target, std::string_view more = "") {
        return fmt::format("GET {} HTTP/1.1\r\nHost: x\r\n{}\r\n", target, more);
    }
    static std::string post(
        std::string_view target, std::string_view body, std::string_view more = ""
    ) {
        return fmt::format(
            "POST {} HTTP/1.1\r\nHost: x\r\nContent-Length: {}\r\n{}\r\n{}",
            target,
            body.size(),
            more,
            body
        );
    }
    static std::string status_of(const std::string& answer) { return answer.substr(0, 12); }

    Options options;
    Echo echo;
    std::unique_ptr<Server> server;
};

constexpr std::string_view closing = "Connection: close\r\n";

TEST_F(ServerTest, AnswersAndKeepsTheConnection) {
    Client one = client();
    const std::string first = one.send(get("/a")).read_answer();
    EXPECT_EQ(status_of(first), "HTTP/1.1 200");
    EXPECT_NE(first.find("GET /a  plain 127.0.0.1"), first.npos) << first;
    EXPECT_NE(first.find("x-content-type-options: nosniff"), first.npos);
    const std::string second = one.send(post("/echo", "hello", closing)).read_answer();
    EXPECT_NE(second.find("POST /echo hello"), second.npos);
    EXPECT_NE(second.find("connection: close"), second.npos);
    EXPECT_TRUE(one.is_closed());
}

TEST_F(ServerTest, AnswersPipelinedRequestsInOrder) {
    Client one = client();
    one.send(
        get("/1") + post("/echo", "two") +
        "POST /echo HTTP/1.1\r\nHost: x\r\n"
        "Transfer-Encoding: chunked\r\n\r\n5\r\nthree\r\n0\r\n\r\n" +
        get("/4", closing)
    );
    const std::string all = one.read_all();
    EXPECT_EQ(count_of(all, "HTTP/1.1 200"), 4U);
    const std::size_t at1 = all.find("GET /1");
    const std::size_t at2 = all.find("POST /echo two");
    const std::size_t at3 = all.find("POST /echo three");
    const std::size_t at4 = all.find("GET /4");
    EXPECT_TRUE(at1 < at2 && at2 < at3 && at3 < at4 && at4 != all.npos) << all;
}

TEST_F(ServerTest, TakesBytesHoweverTheyCome) {
    Client one = client();
    for (const char c : post("/echo", "hello") +
                            "POST /echo HTTP/1.1\r\nHost: x\r\n"
                            "Transfer-Encoding: chunked\r\n\r\n2\r\nhi\r\n0\r\n\r\n") {
        one.send(std::string_view(&c, 1));
    }
    EXPECT_NE(one.read_answer().find("POST /echo hello"), std::string::npos);
    EXPECT_NE(one.read_answer().find("POST /echo hi"), std::string::npos);
}

TEST_F(ServerTest, GivesEveryRefusedShapeOneAnswerAndCloses) {
    const std::vector<std::string> shapes{
        "GET / HTTP/1.1\r\n\r\n",
        "POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: xchunked\r\n\r\n0\r\n\r\n",
        "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: x\r\nA: 1\r\n 2\r\n\r\n",
        "GET / HTTP/1.1\nHost: x\n\n",
        "GET / HTTP/2.0\r\nHost: x\r\n\r\n",
        "OPTIONS / HTTP/1.1\r\nHost: x\r\n\r\n",
        "GET /../a HTTP/1.1\r\nHost: x\r\n\r\n",
        "POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 1001\r\n\r\n",
        "POST /echo HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n3;a\r\nabc\r\n",
        "\x16\x03\x01\x02",
    };
    for (const std::string& shape : shapes) {
        Client one = client();
        // What follows would be a second request to a server that misread the first.
        one.send(shape + get("/smuggled"));
        const std::string all = one.read_all();
        EXPECT_EQ(count_of(all, "x-request-id: "), 1U) << shape << all;
        EXPECT_NE(all.find("content-type: application/problem+json"), all.npos) << all;
        EXPECT_NE(all.find("connection: close"), all.npos);
    }
    EXPECT_EQ(echo.asked, 0);
}

TEST_F(ServerTest, TakesABodyOfExactlyTheMost) {
    Client one = client();
    const std::string most(Echo::body_bytes_max, 'a');
    EXPECT_EQ(status_of(one.send(post("/echo", most)).read_answer()), "HTTP/1.1 200");
    const std::string chunk = fmt::format("{:x}\r\n{}\r\n0\r\n\r\n", most.size(), most);
    const std::string head = "POST /echo HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n";
    EXPECT_EQ(status_of(one.send(head + chunk).read_answer()), "HTTP/1.1 200");
    EXPECT_EQ(status_of(one.send(post("/echo", most + "a")).read_answer()), "HTTP/1.1 413");
    EXPECT_TRUE(one.is_closed());
    Client two = client();
    const std::string past = fmt::format("{:x}\r\n{}a\r\n0\r\n\r\n", most.size() + 1, most);
    EXPECT_EQ(status_of(two.send(head + past).read_answer()), "HTTP/1.1 413");
    EXPECT_EQ(echo.asked, 2);
}

TEST_F(ServerTest, ReadsNoBodyWithoutACredentialWhereOneIsNeeded) {
    Client one = client();
    EXPECT_EQ(status_of(one.send(post("/private", "a")).read_answer()), "HTTP/1.1 401");
    EXPECT_TRUE(one.is_closed());
    Client two = client();
    const std::string with = post("/private", "a", "Cookie: __Host-session=x\r\n");
    EXPECT_EQ(status_of(two.send(with).read_answer()), "HTTP/1.1 200");
}

TEST_F(ServerTest, ReadsNoBodyThatNoRouteWants) {
    Client one = client();
    // The body is a request, to a server that goes on reading where the unread body is.
    const std::string all = one.send(post("/nowhere", get("/smuggled"))).read_all();
    EXPECT_EQ(status_of(all), "HTTP/1.1 404");
    EXPECT_NE(all.find("connection: close"), all.npos);
    EXPECT_EQ(all.find("smuggled"), all.npos);
    EXPECT_EQ(echo.asked, 1);
}

TEST_F(ServerTest, ContinuesOnlyAfterTheChecks) {
    const std::string expecting =
        "POST /echo HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: ";
    Client one = client();
    EXPECT_EQ(
        one.send(expecting + "2\r\n\r\n").read_until("\r\n\r\n"), "HTTP/1.1 100 Continue\r\n\r\n"
    );
    EXPECT_NE(one.send("hi").read_answer().find("POST /echo hi"), std::string::npos);
    Client two = client();
    EXPECT_EQ(status_of(two.send(expecting + "1001\r\n\r\n").read_answer()), "HTTP/1.1 413");
    Client three = client();
    EXPECT_EQ(status_of(three.send(expecting + "2\r\n\r\nhi").read_answer()), "HTTP/1.1 200");
}

TEST_F(ServerTest, AnswersHeadWithoutABody) {
    Client one = client();
    const std::string all =
        one.send("HEAD /big?bytes=500 HTTP/1.1\r\nHost: x\r\n\r\n" + get("/next", closing))
            .read_all();
    EXPECT_EQ(count_of(all, "HTTP/1.1 200"), 2U);
    EXPECT_NE(all.find("content-length: 500\r\n\r\nHTTP/1.1 200"), all.npos) << all;
    Client two = client();
    const std::string streamed =
        two.send("HEAD /stream?pieces=2 HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
            .read_all();
    EXPECT_EQ(streamed.substr(streamed.size() - 4), "\r\n\r\n");
}

TEST_F(ServerTest, SpeaksTheOldVersion) {
    Client one = client();
    const std::string all = one.send("GET /stream?pieces=2 HTTP/1.0\r\nHost: x\r\n\r\n").read_all();
    EXPECT_EQ(all.find("chunked"), all.npos);
    EXPECT_EQ(all.size() - all.find("\r\n\r\n") - 4, 2U * 16 * 1024);
}

TEST_F(ServerTest, StreamsBodies) {
    Client one = client();
    one.send(get("/stream?pieces=3"));
    EXPECT_NE(one.read_until("\r\n\r\n").find("transfer-encoding: chunked"), std::string::npos);
    const std::string body = one.read_until("\r\n0\r\n\r\n");
    EXPECT_EQ(count_of(body, "4000\r\n"), 3U);
    one.send(get("/stream?pieces=0"));
    EXPECT_NE(one.read_until("\r\n\r\n").find("chunked"), std::string::npos);
    EXPECT_EQ(one.read_until("0\r\n\r\n"), "0\r\n\r\n");
    EXPECT_EQ(status_of(one.send(get("/broken-stream")).read_answer()), "HTTP/1.1 500");
    const std::string cut = one.send(get("/late-stream")).read_all();
    EXPECT_NE(cut.find("first"), cut.npos);
    EXPECT_EQ(cut.find("\r\n0\r\n"), cut.npos) << "a failed stream must not look complete";
}

TEST_F(ServerTest, SendsBigBodiesWhole) {
    Client one = client();
    const std::string answer = one.send(get("/big?bytes=1000000")).read_answer();
    EXPECT_EQ(answer.size() - answer.find("\r\n\r\n") - 4, 1000000U);
}

TEST_F(ServerTest, TellsNothingOfItsFaults) {
    Client one = client();
    const std::string answer = one.send(get("/throw")).read_answer();
    EXPECT_EQ(status_of(answer), "HTTP/1.1 500");
    EXPECT_EQ(answer.find("secret"), answer.npos);
    EXPECT_EQ(status_of(one.send(get("/unsound")).read_answer()), "HTTP/1.1 500");
    EXPECT_EQ(status_of(one.send(get("/a")).read_answer()), "HTTP/1.1 200");
}

TEST_F(ServerTest, SaysBusyWhenThePoolIsFull) {
    options.limits.handler_threads = 1;
    options.limits.handler_queue_max = 1;
    Client first = client();
    first.send(get("/gate"));
    echo.await_at_gate(1);
    // Of the next two one waits in the queue and the other is turned away, whichever comes first.
    Client second = client();
    Client third = client();
    second.send(get("/second"));
    third.send(get("/third"));
    pollfd ready[2]{{second.native(), POLLIN, 0}, {third.native(), POLLIN, 0}};
    ASSERT_EQ(poll(ready, 2, Client::guard_seconds * 1000), 1);
    Client& turned = (ready[0].revents != 0) ? second : third;
    Client& queued = (ready[0].revents != 0) ? third : second;
    const std::string busy = turned.read_answer();
    EXPECT_EQ(status_of(busy), "HTTP/1.1 503");
    EXPECT_NE(busy.find("retry-after: "), busy.npos);
    echo.open_gate();
    EXPECT_EQ(status_of(first.read_answer()), "HTTP/1.1 200");
    EXPECT_EQ(status_of(queued.read_answer()), "HTTP/1.1 200");
    EXPECT_EQ(status_of(turned.send(get("/again")).read_answer()), "HTTP/1.1 200");
}

TEST_F(ServerTest, HoldsAnAnswerBackWithoutAThread) {
    options.limits.handler_threads = 1;
    options.limits.handler_queue_max = 2;
    Client first = client();
    Client second = client();
    first.send(get("/held") + get("/after"));
    auto taking = echo.await_held(1);
    second.send(get("/held"));
    taking.push_back(echo.await_held(1).front());
    // The only thread is free, but their places are taken until they have their answers.
    Client third = client();
    EXPECT_EQ(status_of(third.send(get("/third")).read_answer()), "HTTP/1.1 200");
    third.send(get("/gate"));
    echo.await_at_gate(1);
    Client fourth = client();
    EXPECT_EQ(status_of(fourth.send(get("/fourth")).read_answer()), "HTTP/1.1 503");
    echo.open_gate();
    EXPECT_EQ(status_of(third.read_answer()), "HTTP/1.1 200");
    api::Response unavailable;
    unavailable.status = 503;
    unavailable.body = "not written";
    std::thread([&] { taking[1](std::move(unavailable)); }).join();
    EXPECT_EQ(status_of(second.read_answer()), "HTTP/1.1 503");
    EXPECT_EQ(status_of(second.send(get("/again")).read_answer()), "HTTP/1.1 200");
    api::Response unsound;
    unsound.headers.push_back({"x-a", "b\r\nc: d"});
    taking[0](std::move(unsound));
    EXPECT_EQ(status_of(first.read_answer()), "HTTP/1.1 500");
    const std::string after = first.read_answer();
    EXPECT_NE(after.find("GET /after"), after.npos) << after;
}

TEST_F(ServerTest, AnAnswerHeldBackOverADrainIsStillGiven) {
    Client one = client();
    one.send(get("/held"));
    auto taking = echo.await_held(1);
    {
        Client gone = client();
        gone.send(get("/held"));
        taking.push_back(echo.await_held(1).front());
    }
    server->drain();
    std::thread waiting([&] { server->wait(); });
    for (const auto& to : taking) {
        api::Response answer;
        answer.body = "seen";
        to(std::move(answer));
    }
    const std::string all = one.read_all();
    EXPECT_EQ(count_of(all, "HTTP/1.1 200"), 1U) << all;
    EXPECT_NE(all.find("seen"), all.npos);
    taking.clear();
    waiting.join();
}

TEST_F(ServerTest, WhatWaitsForNothingDoesNotStandBehindWhatDoes) {
    options.limits.handler_threads = 1;
    options.limits.quick_threads = 1;
    Client waiting = client();
    waiting.send(get("/gate"));
    echo.await_at_gate(1);
    Client behind = client();
    behind.send(get("/behind"));
    Client quick = client();
    EXPECT_EQ(status_of(quick.send(get("/quick")).read_answer()), "HTTP/1.1 200");
    // Nor does what is not there.
    EXPECT_EQ(status_of(quick.send(get("/nowhere")).read_answer()), "HTTP/1.1 404");
    EXPECT_EQ(echo.asked, 3);
    echo.open_gate();
    EXPECT_EQ(status_of(waiting.read_answer()), "HTTP/1.1 200");
    EXPECT_EQ(status_of(behind.read_answer()), "HTTP/1.1 200");
}

TEST_F(ServerTest, BoundsBodiesInMemory) {
    options.workers = 1;
    options.limits.bodies_bytes_max = 10;
    options.limits.small_body_bytes_max = 0;
    Client one = client();
    const std::string ten = "0123456789";
    EXPECT_EQ(status_of(one.send(post("/echo", ten)).read_answer()), "HTTP/1.1 200");
    Client half = client();
    // The server has counted these ten when it says that they may come.
    half.send("POST /echo HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: 10\r\n\r\n"
    );
    half.read_until("\r\n\r\n");
    EXPECT_EQ(status_of(one.send(post("/echo", "a")).read_answer()), "HTTP/1.1 503");
    EXPECT_EQ(status_of(half.send(ten).read_answer()), "HTTP/1.1 200");
    Client two = client();
    EXPECT_EQ(status_of(two.send(post("/echo", ten + "a")).read_answer()), "HTTP/1.1 503");
}

TEST_F(ServerTest, KeepsRoomForSmallBodiesBesideThePromisedLongOnes) {
    options.workers = 1;
    options.limits.small_body_bytes_max = 10;
    options.limits.small_bodies_bytes_max = 20;
    options.limits.bodies_bytes_max = 11;
    const auto promise = [&](Client& who, std::string_view length) {
        who.send(fmt::format(
            "POST /echo HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: {}\r\n\r\n",
            length
        ));
        return status_of(who.read_until("\r\n\r\n"));
    };
    Client large = client();
    EXPECT_EQ(promise(large, "11"), "HTTP/1.1 100");
    Client second_large = client();
    EXPECT_EQ(promise(second_large, "11"), "HTTP/1.1 503");
    Client one = client();
    Client two = client();
    EXPECT_EQ(promise(one, "10"), "HTTP/1.1 100");
    EXPECT_EQ(promise(two, "10"), "HTTP/1.1 100");
    Client three = client();
    EXPECT_EQ(promise(three, "1"), "HTTP/1.1 503");
    EXPECT_EQ(status_of(one.send("0123456789").read_answer()), "HTTP/1.1 200");
    // In chunks nobody knows the length before; the eleventh byte has to find room with the large.
    Client grows = client();
    grows.send(
        "POST /echo HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\na\r\n0123456789\r\n"
        "1\r\na\r\n"
    );
    EXPECT_EQ(status_of(grows.read_answer()), "HTTP/1.1 503");
    EXPECT_EQ(status_of(large.send("0123456789a").read_answer()), "HTTP/1.1 200");
    Client now = client();
    EXPECT_EQ(promise(now, "11"), "HTTP/1.1 100");
}

TEST_F(ServerTest, CountsRequestsOfAClientBehindAProxy) {
    options.proxies = {"127.0.0.1"};
    options.limits.requests_per_address_max = 2;
    const auto from = [](std::string_view path, std::string_view address) {
        return get(path, fmt::format("X-Forwarded-For: {}\r\n", address));
    };
    Client one = client();
    Client two = client();
    one.send(from("/gate", "203.0.113.9"));
    two.send(from("/gate", "203.0.113.9"));
    echo.await_at_gate(2);
    Client three = client();
    const std::string busy = three.send(from("/a", "203.0.113.9")).read_answer();
    EXPECT_EQ(status_of(busy), "HTTP/1.1 503");
    EXPECT_NE(busy.find("retry-after: "), busy.npos);
    EXPECT_EQ(status_of(three.send(from("/a", "203.0.113.8")).read_answer()), "HTTP/1.1 200");
    echo.open_gate();
    EXPECT_EQ(status_of(one.read_answer()), "HTTP/1.1 200");
    EXPECT_EQ(status_of(two.read_answer()), "HTTP/1.1 200");
    EXPECT_EQ(status_of(three.send(from("/a", "203.0.113.9")).read_answer()), "HTTP/1.1 200");
}

TEST_F(ServerTest, HasFilesForAllItsConnections) {
    rlimit files{};
    ASSERT_EQ(getrlimit(RLIMIT_NOFILE, &files), 0);
    const rlimit before = files;
    files.rlim_cur = std::min<rlim_t>(256, files.rlim_max);
    ASSERT_EQ(setrlimit(RLIMIT_NOFILE, &files), 0);
    options.workers = 1;
    options.limits.connections_per_worker_max = 100;
    start();
    ASSERT_EQ(getrlimit(RLIMIT_NOFILE, &files), 0);
    EXPECT_GE(files.rlim_cur, std::min<rlim_t>(100 + 256, files.rlim_max));
    setrlimit(RLIMIT_NOFILE, &before);
}

TEST_F(ServerTest, CountsConnectionsOfAnAddress) {
    options.limits.connections_per_address_max = 2;
    Client one = client();
    Client two = client();
    EXPECT_EQ(status_of(one.send(get("/a")).read_answer()), "HTTP/1.1 200");
    EXPECT_EQ(status_of(two.send(get("/a")).read_answer()), "HTTP/1.1 200");
    Client three = client();
    EXPECT_TRUE(three.is_closed());
    EXPECT_EQ(status_of(one.send(get("/a", closing)).read_answer()), "HTTP/1.1 200");
}

TEST_F(ServerTest, CountsConnectionsOfAWorker) {
    options.workers = 1;
    options.limits.connections_per_worker_max = 1;
    Client one = client();
    EXPECT_EQ(status_of(one.send(get("/a")).read_answer()), "HTTP/1.1 200");
    Client two = client();
    EXPECT_TRUE(two.is_closed());
}

TEST_F(ServerTest, BelievesOnlyItsProxies) {
    const std::string forwarded =
        get("/a", "X-Forwarded-For: 203.0.113.9, 198.51.100.7\r\nX-Forwarded-Proto: https\r\n");
    Client stranger = client();
    const std::string plain = stranger.send(forwarded).read_answer();
    EXPECT_NE(plain.find("plain 127.0.0.1"), plain.npos);
    EXPECT_EQ(plain.find("strict-transport"), plain.npos);
    server.reset();
    options.proxies = {"127.0.0.1"};
    options.limits.connections_per_address_max = 1;
    Client one = client();
    Client two = client();
    const std::string answer = one.send(forwarded).read_answer();
    EXPECT_NE(answer.find("tls 198.51.100.7"), answer.npos) << answer;
    EXPECT_NE(answer.find("strict-transport"), answer.npos);
    const std::string odd = two.send(get("/a", "X-Forwarded-For: me\r\n")).read_answer();
    EXPECT_NE(odd.find("plain 127.0.0.1"), odd.npos);
}

TEST_F(ServerTest, ClosesSlowHeads) {
    options.limits.head_time_max = Milliseconds(50);
    Client one = client();
    one.send("GET / HTTP/1.1\r\nHo");
    EXPECT_TRUE(one.is_closed());
    EXPECT_EQ(echo.asked, 0);
}

TEST_F(ServerTest, ClosesIdleConnections) {
    options.limits.idle_time_max = Milliseconds(50);
    Client one = client();
    EXPECT_TRUE(one.is_closed());
}

TEST_F(ServerTest, ClosesSlowBodies) {
    options.limits.body_time_max = Milliseconds(50);
    Client one = client();
    one.send("POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\nab");
    EXPECT_TRUE(one.is_closed());
    EXPECT_EQ(echo.asked, 0);
}

TEST_F(ServerTest, ClosesReadersThatDoNotRead) {
    options.limits.write_time_max = Milliseconds(100);
    start();
    Client one(server->port(), 4096);
    one.send(get("/stream?pieces=100000"));
    one.read_until("\r\n\r\n");
    // The server is done with it, unread as it is, once a drain has nothing to wait for.
    server->drain();
    server->wait();
    EXPECT_LT(one.read_all().size(), 100000U * 16 * 1024);
}

TEST_F(ServerTest, BoundsAWholeAnswer) {
    options.limits.answer_time_max = Milliseconds(1);
    Client one = client();
    const std::string all = one.send(get("/stream?pieces=4000", closing)).read_all();
    EXPECT_EQ(all.find("\r\n0\r\n\r\n"), all.npos);
}

TEST_F(ServerTest, DrainsInOrder) {
    Client idle = client();
    EXPECT_EQ(status_of(idle.send(get("/a")).read_answer()), "HTTP/1.1 200");
    Client half = client();
    half.send("GET / HTT");
    Client busy = client();
    busy.send(get("/gate") + get("/not-any-more"));
    echo.await_at_gate(1);
    server->drain();
    EXPECT_TRUE(idle.is_closed());
    EXPECT_TRUE(half.is_closed());
    Client late(server->port());
    EXPECT_TRUE(!late.is_connected() || late.is_closed());
    echo.open_gate();
    const std::string all = busy.read_all();
    EXPECT_EQ(count_of(all, "HTTP/1.1 200"), 1U) << all;
    EXPECT_NE(all.find("connection: close"), all.npos);
    server->wait();
    EXPECT_EQ(echo.asked, 2);
}

TEST_F(ServerTest, CutsWhatOutlastsTheDrain) {
    options.limits.drain_time_max = Milliseconds(50);
    // Longer than the client waits: only the cut can close in time.
    options.limits.body_time_max = Milliseconds(2 * Client::guard_seconds * 1000);
    Client one = client();
    one.send("POST /echo HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: 5\r\n\r\n");
    EXPECT_EQ(one.read_until("\r\n\r\n"), "HTTP/1.1 100 Continue\r\n\r\n");
    server->drain();
    EXPECT_TRUE(one.is_closed());
    server->wait();
}

TEST_F(ServerTest, DrainsOnATerminateSignal) {
    options.signals = true;
    Client one = client();
    EXPECT_EQ(status_of(one.send(get("/a")).read_answer()), "HTTP/1.1 200");
    kill(getpid(), SIGTERM);
    server->wait();
    EXPECT_TRUE(one.is_closed());
}

TEST_F(ServerTest, DoesNotShareItsPortWithASecondServer) {
    start();
    Options same = options;
    same.listen = fmt::format("127.0.0.1:{}", server->port());
    const auto second = Server::start(same, echo);
    ASSERT_FALSE(second);
    EXPECT_EQ(second.error().code, Code::unavailable);
    server.reset();
    EXPECT_TRUE(Server::start(same, echo));
}

TEST_F(ServerTest, RefusesListeningPlacesThatAreNone) {
    for (const char* text :
         {"",
          "127.0.0.1",
          "127.0.0.1:",
          "127.0.0.1:x",
          "127.0.0.1:65536",
          "localhost:1",
          "::1:1",
          "[127.0.0.1]:1",
          "127.0.0.1:1 "}) {
        options.listen = text;
        const auto started = Server::start(options, echo);
        ASSERT_FALSE(started) << text;
        EXPECT_EQ(started.error().code, Code::invalid) << text;
    }
}

}  // namespace
}  // namespace homeward::net
