// Signing in and out, accounts, and the pack as one may use it.
#include "api/body.hpp"
#include "api/call.hpp"
#include "api/problem.hpp"
#include "api/shapes.hpp"

#include <fmt/format.h>

namespace homeward::api {
namespace {

constexpr std::size_t sign_in_name_chars_max = 200;
constexpr std::size_t password_chars_max = 256;
constexpr std::size_t short_text_chars_max = 100;
constexpr std::string_view session_cookie = "__Host-session";
constexpr std::string_view device_cookie = "__Host-device";
constexpr std::string_view cookie_flags = "; Path=/; Secure; HttpOnly; SameSite=Strict";
constexpr std::size_t device_cookie_days = 400;

std::string cookie_of(const Request& request, std::string_view name) {
    std::string_view cookies = request.header("cookie").value_or("");
    const std::string wanted = std::string(name) + '=';
    for (auto at = cookies.find(wanted); at != std::string_view::npos;
         at = cookies.find(wanted, at + 1)) {
        if (at == 0 || cookies[at - 1] == ' ' || cookies[at - 1] == ';') {
            const auto from = at + wanted.size();
            return std::string(cookies.substr(from, cookies.find(';', from) - from));
        }
    }
    return {};
}

json::object shape_of(const casework::Session& session) {
    return {
        {"account", json::object{{"id", to_text(session.account)}, {"name", session.name}}},
        {"role", session.role},
        {"roles", to_json(session.roles)},
        {"purposes", to_json(session.purposes)},
        {"may", to_json(session.may)},
        {"csrf", session.csrf},
        {"expires", to_text(session.expires)},
        {"idle_seconds", session.idle.count()},
    };
}

Response too_many_tries(std::chrono::seconds after) {
    auto response = problem(
        429, "tries", "Too many wrong tries. Wait, or use a device that has signed in before."
    );
    wait_for(response, after);
    return response;
}

}  // namespace

Response sign_in(Call& call) {
    if (!comes_from_here(call.request))
        return problem(403, "origin", "Sign in from this site's own page.");
    auto body = Body::parse(call.request, "application/json", small_body_bytes_max);
    if (!body) return problem(body.error());
    casework::SignIn request;
    request.name = body->text("name", sign_in_name_chars_max);
    request.password = body->text("password", password_chars_max);
    request.role = body->optional_text("role", short_text_chars_max).value_or("");
    request.program =
        body->optional_text("as", short_text_chars_max).value_or("person") == "program";
    request.remote = call.request.remote_address;
    request.network = call.request.remote_network;
    request.device = cookie_of(call.request, device_cookie);
    if (const auto done = body->finish(); !done) return problem(done.error());
    auto signed_in = call.reg().sign_in(request);
    if (!signed_in) return problem(signed_in.error());
    if (signed_in->retry_after.count() > 0) return too_many_tries(signed_in->retry_after);
    if (!signed_in->session)
        return problem(401, "wrong_pair", "The name and the password do not go together.");
    // Whoever signs in anew leaves the session that this browser had.
    if (const auto before = cookie_of(call.request, session_cookie); !before.empty()) {
        if (const auto done = call.reg().sign_out(before); !done) return problem(done.error());
    }
    auto shape = shape_of(*signed_in->session);
    if (request.program) shape["token"] = signed_in->token;
    auto response = answer(200, shape);
    if (!request.program) {
        response.headers.push_back(
            {"set-cookie", fmt::format("{}={}{}", session_cookie, signed_in->token, cookie_flags)}
        );
        response.headers.push_back(
            {"set-cookie",
             fmt::format(
                 "{}={}{}; Max-Age={}",
                 device_cookie,
                 signed_in->device,
                 cookie_flags,
                 device_cookie_days * 86'400
             )}
        );
    }
    return response;
}

Response who_am_i(Call& call) { return answer(200, shape_of(*call.session)); }

Response sign_out(Call& call) {
    const auto credential = credential_of(call.request);
    if (const auto done = call.reg().sign_out(credential->token); !done)
        return problem(done.error());
    Response response;
    response.status = 204;
    response.headers = {
        {"set-cookie", fmt::format("{}={}; Max-Age=0", session_cookie, cookie_flags)},
        {"clear-site-data", "\"cache\", \"storage\""},
    };
    return response;
}

Response change_password(Call& call) {
    auto body = Body::parse(call.request, "application/json", small_body_bytes_max);
    if (!body) return problem(body.error());
    casework::SignIn old;
    old.name = call.session->name;
    old.password = body->text("old", password_chars_max);
    old.remote = call.request.remote_address;
    old.network = call.request.remote_network;
    old.program = true;
    casework::AccountChange change;
    change.password = body->text("new", password_chars_max);
    if (const auto done = body->finish(); !done) return problem(done.error());
    const auto known = call.reg().sign_in(old);
    if (!known) return problem(known.error());
    if (!known->session) return problem(422, "wrong_pair", "The old password is not right.");
    const auto changed = call.reg().change_account(call.caller, call.session->account, change);
    if (!changed) return problem(changed.error());
    Response response;
    response.status = 204;
    return response;
}

Response get_pack(Call& call) {
    const std::string tag =
        fmt::format("\"{}-{}-{}\"", call.pack().digest(), call.session->role, call.language);
    Response response;
    response.headers = {
        {"content-type", "application/json"},
        {"etag", tag},
        {"cache-control", "private, no-cache"}};
    if (call.request.header("if-none-match") == std::optional<std::string_view>(tag)) {
        response.status = 304;
        return response;
    }
    response.body = *call.service.pack_text(call.session->role, call.language);
    return response;
}

Response list_colleagues(Call& call) {
    const auto colleagues = call.reg().colleagues(call.caller);
    if (!colleagues) return problem(colleagues.error());
    json::array out;
    for (const auto& one : *colleagues) {
        out.push_back(json::object{
            {"id", to_text(one.id)},
            {"name", one.name},
            {"role", one.roles.empty() ? "" : one.roles.front()},
            {"team", one.team},
        });
    }
    return answer(200, json::object{{"colleagues", std::move(out)}});
}

Response list_accounts(Call& call) {
    const auto accounts = call.reg().accounts(call.caller);
    if (!accounts) return problem(accounts.error());
    json::array out;
    for (const auto& one : *accounts) out.push_back(to_json(one));
    return answer(200, json::object{{"accounts", std::move(out)}});
}

Response create_account(Call& call) {
    auto body = Body::parse(call.request, "application/json", small_body_bytes_max);
    if (!body) return problem(body.error());
    casework::NewAccount account;
    account.id = body->optional_id("id");
    account.name = body->text("name", short_text_chars_max);
    account.password = body->text("password", password_chars_max);
    account.roles =
        body->optional_texts("roles", casework::roles_max).value_or(std::vector<std::string>());
    account.team = body->optional_text("team", short_text_chars_max).value_or("");
    account.agency = body->optional_text("agency", short_text_chars_max).value_or("");
    account.gbv_cleared = body->optional_flag("gbv_cleared").value_or(false);
    if (const auto done = body->finish(); !done) return problem(done.error());
    const auto made = call.reg().create_account(call.caller, account);
    if (!made) return problem(made.error());
    return answer(201, to_json(*made));
}

Response change_account(Call& call) {
    const auto id = call.id("id");
    if (!id) return problem(id.error());
    auto body = Body::parse(call.request, "application/merge-patch+json", small_body_bytes_max);
    if (!body) return problem(body.error());
    casework::AccountChange change;
    change.roles = body->optional_texts("roles", casework::roles_max);
    change.team = body->optional_text("team", short_text_chars_max);
    change.agency = body->optional_text("agency", short_text_chars_max);
    change.gbv_cleared = body->optional_flag("gbv_cleared");
    change.disabled = body->optional_flag("disabled");
    if (const auto done = body->finish(); !done) return problem(done.error());
    const auto changed = call.reg().change_account(call.caller, *id, change);
    if (!changed) return problem(changed.error());
    return answer(200, to_json(*changed));
}

}  // namespace homeward::api
