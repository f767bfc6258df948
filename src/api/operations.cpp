// What whoever runs the installation looks at. No personal data in any of it.
#include "api/call.hpp"
#include "api/problem.hpp"

#include <fmt/format.h>

namespace homeward::api {

Response get_openapi(Call& call) {
    // Anybody may ask for it, so it is made once: at each call strangers would give us work.
    static const Response made = answer(200, openapi(call.service.version()));
    return made;
}

Response health(Call&) { return answer(200, json::object{{"status", "ok"}}); }

Response metrics(Call& call) {
    // Counts tell how a country's register grows: for the machine's own monitoring only.
    const std::string_view from = call.request.remote_address;
    if (!from.starts_with("127.") && from != "::1") return problem(404, "not_found", "");
    const auto stats = call.reg().stats();
    Response response;
    response.headers.push_back({"content-type", "text/plain; version=0.0.4"});
    response.body = fmt::format(
        "# TYPE homeward_dossiers gauge\nhomeward_dossiers {}\n"
        "# TYPE homeward_open_findings gauge\nhomeward_open_findings {}\n"
        "# TYPE homeward_sessions gauge\nhomeward_sessions {}\n"
        "# TYPE homeward_accounts gauge\nhomeward_accounts {}\n"
        "# TYPE homeward_looks_refused counter\nhomeward_looks_refused {}\n",
        stats.dossiers,
        stats.open_findings,
        stats.sessions,
        stats.accounts,
        stats.looks_refused
    );
    return response;
}

}  // namespace homeward::api
