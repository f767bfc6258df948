#include "api/routes.hpp"

#include "api/call.hpp"

namespace homeward::api {
namespace {

constexpr std::string_view uuid = R"({"type": "string", "format": "uuid"})";
constexpr std::string_view text = R"({"type": "string"})";
constexpr std::string_view page_size = R"({"type": "integer", "minimum": 1, "maximum": 500})";
constexpr std::string_view export_page_size =
    R"({"type": "integer", "minimum": 1, "maximum": 100})";
constexpr std::string_view line_number = R"({"type": "integer", "minimum": 1})";
constexpr std::string_view json_type = "application/json";
constexpr std::string_view patch_type = "application/merge-patch+json";
constexpr std::string_view lines_type = "application/x-ndjson";

const Parameter ref{"ref", "path", "The dossier, as the caller's side knows it", uuid};
const Parameter record_id{"id", "path", "The record", uuid};
const Parameter account_id{"id", "path", "The account", uuid};
const Parameter purpose{"X-Purpose", "header", "Why; the role's first purpose when left out", text};
const Parameter csrf{"X-CSRF-Token", "header", "For cookie sessions: what sign-in gave", text};
const Parameter limit{"limit", "query", "Items in a page", page_size};
const Parameter export_limit{"limit", "query", "Files in a page", export_page_size};
const Parameter after{"after", "query", "`next` of the page before", text};
const Parameter before{"before", "query", "`next` of the page before", text};
const Parameter language{"lang", "query", "Language of titles", R"({"enum": ["en", "fr", "ar"]})"};
const Parameter type{"type", "query", "Type of dossier, such as child", text};

// One call a block: what the table says is easier to compare than what a formatter makes of it.
// clang-format off
const std::vector<Route> session_routes{
        {Method::post, "/api/v1/session", "signIn", "Sign in", Needs::nothing, json_type, "SignIn",
         small_body_bytes_max, 200, json_type, "Session", {}, {401, 403, 422, 429, 503, 507},
         sign_in},
        {Method::get, "/api/v1/session", "whoAmI", "Who is signed in", Needs::session, "", "", 0,
         200, json_type, "Session", {}, {401}, who_am_i},
        {Method::del, "/api/v1/session", "signOut", "Sign out", Needs::session, "", "", 0, 204, "",
         "", {csrf}, {401, 403, 503, 507}, sign_out},
        {Method::put, "/api/v1/session/password", "changePassword", "Change one's own password",
         Needs::session, json_type, "NewPassword", small_body_bytes_max, 204, "", "", {csrf},
         {401, 403, 422, 503, 507}, change_password},
        {Method::get, "/api/v1/pack", "getPack", "The pack as this role may use it", Needs::session,
         "", "", 0, 200, json_type, "Pack", {language}, {401}, get_pack},
        {Method::get, "/api/v1/colleagues", "listColleagues", "Who can be assigned", Needs::session,
         "", "", 0, 200, json_type, "Colleagues", {}, {401}, list_colleagues},
        {Method::get, "/api/v1/accounts", "listAccounts", "All accounts", Needs::session, "", "", 0,
         200, json_type, "Accounts", {}, {401, 404}, list_accounts},
        {Method::post, "/api/v1/accounts", "createAccount", "Make an account", Needs::session,
         json_type, "NewAccount", small_body_bytes_max, 201, json_type, "Account", {csrf},
         {401, 403, 404, 409, 422}, create_account},
        {Method::patch, "/api/v1/accounts/{id}", "changeAccount", "Change or disable an account",
         Needs::session, patch_type, "AccountChange", small_body_bytes_max, 200, json_type,
         "Account", {account_id, csrf}, {401, 403, 404, 422}, change_account},
};

const std::vector<Route> dossier_routes{
        {Method::get, "/api/v1/dossiers", "listDossiers", "The files that one works on",
         Needs::session, "", "", 0, 200, json_type, "Summaries",
         {type, {"state", "query", "overdue, running, unknown or clear", text}, after, limit,
          purpose},
         {401, 403, 422, 429, 503}, list_dossiers},
        {Method::post, "/api/v1/dossiers", "openDossier", "Open a file", Needs::session, json_type,
         "NewDossier", dossier_body_bytes_max, 201, json_type, "Opened", {purpose, csrf, language},
         {401, 403, 404, 409, 413, 422, 429, 503, 507}, open_dossier},
        {Method::get, "/api/v1/dossiers/{ref}", "readDossier", "A file, cut to what one may see",
         Needs::session, "", "", 0, 200, json_type, "File", {ref, purpose, language},
         {401, 403, 404, 429, 503}, read_dossier, false},
        {Method::post, "/api/v1/dossiers/{ref}/records", "addRecord", "Write something down",
         Needs::session, json_type, "NewRecord", record_body_bytes_max, 201, json_type, "Written",
         {ref, purpose, csrf, language},
         {401, 403, 404, 409, 413, 415, 422, 429, 503, 507}, add_record},
        {Method::patch, "/api/v1/dossiers/{ref}/records/{id}", "amendRecord", "Amend a record",
         Needs::session, patch_type, "Data", record_body_bytes_max, 200, json_type, "Written",
         {ref, record_id,
          {"If-Match", "header", "The version it was made from, in quotes", text, true},
          purpose, csrf, language},
         {401, 403, 404, 409, 413, 415, 422, 428, 429, 503, 507}, amend_record},
        {Method::post, "/api/v1/dossiers/{ref}/records/{id}/reveal", "revealFields",
         "Answers that are shown only with a reason of their own", Needs::session, json_type,
         "Reveal", small_body_bytes_max, 200, json_type, "Revealed",
         {ref, record_id, purpose, csrf}, {401, 403, 404, 413, 422, 429, 503, 507}, reveal_fields},
        {Method::get, "/api/v1/dossiers/{ref}/findings", "listFindings", "What the safeguards say",
         Needs::session, "", "", 0, 200, json_type, "Findings",
         {ref, {"all", "query", "true: what is met or not applicable too", text}, purpose,
          language},
         {401, 403, 404, 429, 503}, list_findings},
        {Method::post, "/api/v1/dossiers/{ref}/acts/{act}", "doAct", "Have the system act",
         Needs::session, json_type, "NewAct", small_body_bytes_max, 201, json_type, "Acted",
         {ref, {"act", "path", "The act, as the pack names it", text}, purpose, csrf, language},
         {401, 403, 404, 409, 422, 503, 507}, do_act},
        {Method::get, "/api/v1/dossiers/{ref}/history", "listHistory", "Who changed what",
         Needs::session, "", "", 0, 200, json_type, "History",
         {ref, {"record", "query", "Only this record", uuid}, before, limit, purpose},
         {401, 403, 404, 422, 429, 503}, list_history},
        {Method::get, "/api/v1/dossiers/{ref}/reads", "listReads", "Who looked", Needs::session, "",
         "", 0, 200, json_type, "Reads", {ref, before, limit, purpose},
         {401, 403, 404, 422, 429, 503}, list_reads},
        {Method::get, "/api/v1/work", "listWork", "Clocks and tasks, overdue first", Needs::session,
         "", "", 0, 200, json_type, "Work",
         {{"lens", "query", "mine, team or all", text}, after, limit, purpose, language},
         {401, 403, 422, 429, 503}, list_work},
};

const std::vector<Route> other_routes{
        {Method::post, "/api/v1/import", "importLines", "Bring in many files", Needs::session,
         lines_type, "Line", import_body_bytes_max, 200, json_type, "Imported",
         {{"job", "query", "The job to go on with", uuid},
          {"line", "query", "Number of the first line sent", line_number},
          csrf},
         {401, 403, 404, 413, 415, 422, 503, 507}, import_lines},
        {Method::get, "/api/v1/export", "exportLines", "Take out many files", Needs::session, "",
         "", 0, 200, lines_type, "Line", {type, after, export_limit, purpose, language},
         {401, 403, 404, 422, 503}, export_lines},
        {Method::get, "/api/v1/openapi.json", "getOpenapi", "This description", Needs::nothing, "",
         "", 0, 200, json_type, "Data", {}, {400, 503}, get_openapi},
        {Method::get, "/healthz", "getHealth", "The process lives", Needs::nothing, "", "", 0, 200,
         json_type, "Health", {}, {400, 503}, health, false},
        {Method::get, "/readyz", "getReady", "The register is open for work", Needs::nothing, "",
         "", 0, 200, json_type, "Health", {}, {400, 503}, health, false},
        {Method::get, "/metrics", "getMetrics", "Counts for this machine's monitoring",
         Needs::nothing, "", "", 0, 200, "text/plain", "Text", {}, {404}, metrics, false},
};

// clang-format on

std::vector<Route> all_routes() {
    std::vector<Route> out = session_routes;
    out.insert(out.end(), dossier_routes.begin(), dossier_routes.end());
    out.insert(out.end(), other_routes.begin(), other_routes.end());
    return out;
}

}  // namespace

std::span<const Route> routes() {
    static const std::vector<Route> table = all_routes();
    return table;
}

}  // namespace homeward::api
