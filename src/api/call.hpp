#pragma once

#include "api/http.hpp"
#include "api/routes.hpp"
#include "api/service.hpp"
#include "base/id.hpp"
#include "casework/register.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace homeward::api {

/// One request on its way through a route: what was asked, by whom, in which language.
struct Call {
    const Request& request;
    const Match& match;
    Service& service;
    std::optional<casework::Session> session;
    casework::Caller caller;
    std::string language;

    casework::Register& reg() { return service.reg(); }
    const policy::Pack& pack() { return service.reg().pack(); }
    /// The {ref} or {id} of the path; a text that is no id is answered as an absent thing.
    Result<Id> id(std::string_view name) const;
};

/// Who asks. Code::forbidden with a text when a session is missing, over, or used from elsewhere.
struct Credential {
    std::string token;
    bool from_cookie = false;
};
std::optional<Credential> credential_of(const Request& request);

/// Whether a browser says that this request was started by a page of this very site. Requests that
/// say nothing about it (programs) pass.
bool comes_from_here(const Request& request);

// The routes' code, by area. Each answers one call of the table in routes.cpp.
Response sign_in(Call& call);
Response who_am_i(Call& call);
Response sign_out(Call& call);
Response change_password(Call& call);
Response get_pack(Call& call);
Response list_colleagues(Call& call);
Response list_accounts(Call& call);
Response create_account(Call& call);
Response change_account(Call& call);

Response list_dossiers(Call& call);
Response open_dossier(Call& call);
Response read_dossier(Call& call);
Response add_record(Call& call);
Response amend_record(Call& call);
Response reveal_fields(Call& call);
Response list_findings(Call& call);
Response do_act(Call& call);
Response list_history(Call& call);
Response list_reads(Call& call);
Response list_work(Call& call);

Response import_lines(Call& call);
Response export_lines(Call& call);

Response get_openapi(Call& call);
Response health(Call& call);
Response metrics(Call& call);

}  // namespace homeward::api
