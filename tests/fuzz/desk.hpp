#pragma once

#include "api/service.hpp"
#include "base/json.hpp"
#include "fuzz/fuzz.hpp"
#include "unit/casework/office.hpp"

#include <memory>
#include <string>
#include <utility>

namespace homeward::fuzz {

/// A register behind its service, with a worker who is signed in and a child's file: what a request
/// body meets once its head has passed the gate. Made anew after a while, so that what was taken
/// does not pile up.
class Desk {
  public:
    Desk() { open(); }

    /// Sends one body as the worker; the answer must be one that is described for bad input.
    void send(api::Method method, std::string path, std::string_view type, std::string_view body) {
        if (++sent_ % sent_max == 0) open();
        api::Request request = make(method, std::move(path), type, body);
        request.headers.push_back({"authorization", "Bearer " + token_});
        request.headers.push_back({"if-match", "\"1\""});
        const api::Response response = service_->handle(request);
        must(response.status < 500 && response.status != 401);
        if (!response.body.empty()) must(parse_json(response.body, answer_limits).has_value());
    }

    const std::string& ref() const { return ref_; }
    const std::string& record() const { return record_; }
    const std::string& account() const { return account_; }

  private:
    static constexpr std::uint64_t sent_max = 4000;
    static constexpr JsonLimits answer_limits{64U << 20U, 64};

    static api::Request make(
        api::Method method, std::string path, std::string_view type, std::string_view body
    ) {
        api::Request request;
        request.method = method;
        request.path = std::move(path);
        request.headers.push_back({"content-type", std::string(type)});
        request.headers.push_back({"host", "localhost"});
        request.body = body;
        request.remote_address = "127.0.0.1";
        request.id = "fuzz";
        return request;
    }

    void open() {
        service_.reset();
        office_ = std::make_unique<test::Office>();
        const auto worker = office_->person("Amal", "CW");
        account_ = to_text(worker.account);
        const auto record =
            test::Office::record("registration", R"({"pseudonym": "Cedar", "way": "by the well"})");
        record_ = to_text(*record.id);
        ref_ = to_text(
            test::must(office_->reg().open(worker, std::nullopt, "child", {record})).ref
        );
        service_ = std::make_unique<api::Service>(office_->reg(), api::Pages(), "fuzz");
        const auto answer = service_->handle(make(
            api::Method::post,
            "/api/v1/session",
            "application/json",
            json::serialize(json::object{
                {"name", "Amal"}, {"password", test::Office::password}, {"as", "program"}})
        ));
        must(answer.status == 200);
        token_ = std::string(parse_json(answer.body).value().at("token").as_string());
    }

    std::unique_ptr<test::Office> office_;
    std::unique_ptr<api::Service> service_;
    std::string token_, ref_, record_, account_;
    std::uint64_t sent_ = 0;
};

}  // namespace homeward::fuzz
