#include "api/service.hpp"

#include "api/body.hpp"
#include "api/call.hpp"
#include "api/problem.hpp"
#include "api/routes.hpp"
#include "base/log.hpp"

#include <algorithm>

namespace homeward::api {
namespace {

constexpr std::string_view api_prefix = "/api/";
constexpr std::size_t token_chars = 64;

std::string language_of(const Request& request, const policy::Pack& pack) {
    std::string_view wanted = request.parameter("lang").value_or("");
    if (wanted.empty()) wanted = request.header("accept-language").value_or("").substr(0, 2);
    const auto known = pack.languages();
    const bool has = std::find(known.begin(), known.end(), wanted) != known.end();
    return has ? std::string(wanted) : "en";
}

Response not_signed_in() {
    return problem(401, "sign_in", "There is no session, or it has ended.");
}

/// Who asks, checked. A cookie is sent by browsers by themselves, so a call that changes something
/// must also show what only our own pages know.
std::optional<Response> identify(Call& call) {
    const auto credential = credential_of(call.request);
    if (!credential || !comes_from_here(call.request)) return not_signed_in();
    auto session = call.reg().resume(credential->token);
    if (!session && session.error().code == Code::unavailable) return problem(session.error());
    if (!session || session->program == credential->from_cookie) return not_signed_in();
    if (credential->from_cookie && call.request.method != Method::get &&
        call.request.header("x-csrf-token").value_or("") != session->csrf)
        return problem(403, "csrf", "The X-CSRF-Token of the session is missing or wrong.");
    const std::string_view purpose = call.request.header("x-purpose").value_or("");
    const auto& purposes = session->purposes;
    if (!purpose.empty() && std::find(purposes.begin(), purposes.end(), purpose) == purposes.end())
        return problem(403, "purpose", "The role does not have this purpose.");
    call.caller = casework::caller_of(*session, purpose);
    call.session = std::move(*session);
    return std::nullopt;
}

void note_failed(const Route& route, const std::string& id, const Response& response) {
    if (response.status < 500) return;
    log::write(
        log::Level::error,
        "request_failed",
        {{"operation", route.operation},
         {"request", id},
         {"status", std::to_string(response.status)}}
    );
}

}  // namespace

std::optional<Credential> credential_of(const Request& request) {
    constexpr std::string_view bearer = "Bearer ";
    constexpr std::string_view cookie_name = "__Host-session=";
    if (const auto header = request.header("authorization")) {
        if (!header->starts_with(bearer) || header->size() != bearer.size() + token_chars)
            return {};
        return Credential{std::string(header->substr(bearer.size())), false};
    }
    std::string_view cookies = request.header("cookie").value_or("");
    while (!cookies.empty()) {
        const auto end = std::min(cookies.find(';'), cookies.size());
        std::string_view one = cookies.substr(0, end);
        while (one.starts_with(' ')) one.remove_prefix(1);
        if (one.starts_with(cookie_name) && one.size() == cookie_name.size() + token_chars)
            return Credential{std::string(one.substr(cookie_name.size())), true};
        cookies.remove_prefix(std::min(end + 1, cookies.size()));
    }
    return {};
}

bool comes_from_here(const Request& request) {
    if (const auto site = request.header("sec-fetch-site")) {
        if (*site != "same-origin" && *site != "none") return false;
    }
    if (const auto origin = request.header("origin")) {
        const auto host = origin->find("://");
        if (host == std::string_view::npos) return false;
        return origin->substr(host + 3) == request.header("host").value_or("");
    }
    return true;
}

Result<Id> Call::id(std::string_view name) const {
    auto id = parse_id(match.name(name));
    if (!id) return fail(Code::not_found, "no such id");
    return id;
}

Service::Service(casework::Register& reg, Pages pages, std::string version)
    : reg_(reg),
      finding_text_(reg.pack()),
      pages_(std::move(pages)),
      version_(std::move(version)) {}

std::optional<RouteLimits> Service::limits_for(Method method, std::string_view path) const {
    const Match found = match(method, path);
    if (const Route* route = found.route)
        return RouteLimits{route->body_bytes_max, route->needs == Needs::nothing, route->waits};
    if (!path.starts_with(api_prefix) && method == Method::get && !pages_.empty())
        return RouteLimits{0, true, false};
    return std::nullopt;
}

Response Service::handle(const Request& request) {
    const Match found = match(request.method, request.path);
    if (found.route) return run(request, found);
    if (found.path_known) return problem(405, "method", "");
    if (!request.path.starts_with(api_prefix) && request.method == Method::get && !pages_.empty())
        return pages_.get(request.path, request.header("if-none-match").value_or(""));
    return problem(404, "not_found", "");
}

Response Service::run(const Request& request, const Match& match) {
    Call call{request, match, *this, {}, {}, language_of(request, reg_.pack())};
    if (match.route->needs == Needs::session) {
        if (auto refused = identify(call)) return std::move(*refused);
    }
    Response response = match.route->run(call);
    if (!response.later) {
        note_failed(*match.route, request.id, response);
        return response;
    }
    Response noted;
    noted.later =
        [later = std::move(response.later), route = match.route, id = request.id](Answering to) {
            later([to = std::move(to), route, id](Response answer) {
                note_failed(*route, id, answer);
                to(std::move(answer));
            });
        };
    return noted;
}

std::shared_ptr<const std::string> Service::pack_text(
    const std::string& role, const std::string& language
) {
    const std::scoped_lock lock(packs_mutex_);
    auto& text = packs_[{role, language}];
    if (!text) {
        const auto& pack = reg_.pack();
        text = std::make_shared<const std::string>(
            json::serialize(pack.to_json(language, pack.find_role(role)))
        );
    }
    return text;
}

}  // namespace homeward::api
