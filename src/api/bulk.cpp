// Many dossiers at once.
#include "api/body.hpp"
#include "api/call.hpp"
#include "api/problem.hpp"
#include "api/shapes.hpp"

namespace homeward::api {
namespace {

constexpr std::size_t import_line_bytes_max = 4U << 20U;
constexpr std::uint64_t export_page_default = 50;

std::vector<casework::ImportLine> lines_of(std::string_view body, std::uint64_t first) {
    std::vector<casework::ImportLine> lines;
    std::uint64_t number = first;
    while (!body.empty()) {
        const auto end = std::min(body.find('\n'), body.size());
        const std::string_view line = body.substr(0, end);
        body.remove_prefix(std::min(end + 1, body.size()));
        if (!line.empty() && line != "\r")
            lines.push_back({number, parse_json(line, {.bytes_max = import_line_bytes_max})});
        ++number;
    }
    return lines;
}

}  // namespace

Response import_lines(Call& call) {
    if (!has_content_type(call.request, "application/x-ndjson"))
        return problem(415, "content_type", "The content type must be application/x-ndjson.");
    const auto first = number_parameter(call.request, "line", 1, UINT64_MAX);
    if (!first) return problem(first.error());
    std::optional<Id> job;
    if (const auto text = call.request.parameter("job")) {
        const auto id = parse_id(*text);
        if (!id) return problem(id.error());
        job = *id;
    }
    const auto imported = call.reg().import(call.caller, job, lines_of(call.request.body, *first));
    if (!imported) return problem(imported.error());
    return answer(200, to_json(*imported));
}

Response export_lines(Call& call) {
    const auto limit =
        number_parameter(call.request, "limit", export_page_default, casework::export_page_max);
    if (!limit) return problem(limit.error());
    casework::ExportQuery query;
    query.type = call.request.parameter("type").value_or("");
    query.after = call.request.parameter("after").value_or("");
    query.limit = static_cast<std::size_t>(*limit);
    auto page = call.reg().export_page(call.caller, query);
    if (!page) return problem(page.error());
    Response response;
    response.headers.push_back({"content-type", "application/x-ndjson"});
    for (const auto& file : page->files)
        response.body += to_text(call.service.finding_text(), file, call.language) + '\n';
    const json::object last{{"next", page->next ? json::value(*page->next) : json::value()}};
    response.body += json::serialize(last) + '\n';
    return response;
}

}  // namespace homeward::api
