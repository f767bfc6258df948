// A child's file and the lists of files: the calls that people use all day.
#include "api/body.hpp"
#include "api/call.hpp"
#include "api/problem.hpp"
#include "api/shapes.hpp"

#include <charconv>

namespace homeward::api {
namespace {

constexpr std::size_t word_chars_max = 100;
constexpr std::uint64_t page_default = 50;

json::value or_null(const std::optional<std::string>& text) {
    return text ? json::value(*text) : json::value();
}

/// Positions in the journal are given out as texts, so that no client takes them for numbers.
json::value or_null(const std::optional<std::uint64_t>& number) {
    return number ? json::value(std::to_string(*number)) : json::value();
}

Result<casework::NewRecord> record_of(const json::value& value, const std::string& pointer) {
    const auto* object = value.if_object();
    if (!object) return fail(Code::invalid, "a record is an object", pointer);
    casework::NewRecord record;
    for (const auto& member : *object) {
        const auto at = pointer_to(pointer, member.key());
        const auto* text = member.value().if_string();
        if (member.key() == "data") {
            record.data = member.value();
        } else if (member.key() == "kind" && text) {
            record.kind = std::string(*text);
        } else if (member.key() == "id" && text) {
            const auto id = parse_id(*text);
            if (!id) return fail(Code::invalid, id.error().text, at);
            record.id = *id;
        } else {
            return fail(Code::invalid, "is not a member of a record, or has another shape", at);
        }
    }
    if (record.kind.empty())
        return fail(Code::invalid, "must be given", pointer_to(pointer, "kind"));
    if (!record.data.is_object())
        return fail(Code::invalid, "must be an object", pointer_to(pointer, "data"));
    return record;
}

/// `If-Match: "3"`: the version that a change was made from.
std::optional<std::uint64_t> version_of(const Request& request) {
    std::string_view text = request.header("if-match").value_or("");
    if (text.size() < 3 || text.front() != '"' || text.back() != '"') return {};
    text = text.substr(1, text.size() - 2);
    std::uint64_t version = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), version);
    if (error != std::errc{} || end != text.data() + text.size() || version == 0) return {};
    return version;
}

Response answer_with_findings(
    Call& call,
    unsigned status,
    const json::object& rest,
    std::span<const casework::ShownFinding> findings
) {
    const std::string text = to_text(call.service.finding_text(), findings, call.language);
    return json_answer(status, with_member(rest, "findings", text));
}

/// What is held back, as soon as it may be given.
Response later(casework::Held<Response> held) {
    Response response;
    auto kept = std::make_shared<casework::Held<Response>>(std::move(held));
    response.later = [kept = std::move(kept)](Answering to) {
        std::move(*kept).hand_out([to = std::move(to)](Result<Response> given) {
            to(given ? std::move(*given) : problem(given.error()));
        });
    };
    return response;
}

Response conflict_answer(const casework::Conflict& conflict) {
    return problem(
        409,
        "conflict",
        "Somebody else changed the same fields meanwhile.",
        {{"base", conflict.base},
         {"mine", conflict.mine},
         {"theirs", conflict.theirs},
         {"version", conflict.version},
         {"conflicts", to_json(conflict.pointers)}}
    );
}

}  // namespace

Response list_dossiers(Call& call) {
    const auto limit = number_parameter(call.request, "limit", page_default, casework::page_max);
    if (!limit) return problem(limit.error());
    casework::ListQuery query;
    query.type = call.request.parameter("type").value_or("");
    query.state = call.request.parameter("state").value_or("");
    query.after = call.request.parameter("after").value_or("");
    query.limit = static_cast<std::size_t>(*limit);
    const auto list = call.reg().list(call.caller, query);
    if (!list) return problem(list.error());
    json::array items;
    for (const auto& item : list->items) items.push_back(to_json(item));
    return answer(
        200,
        json::object{
            {"items", std::move(items)}, {"next", or_null(list->next)}, {"total", list->total}}
    );
}

Response open_dossier(Call& call) {
    auto body = Body::parse(call.request, "application/json", dossier_body_bytes_max);
    if (!body) return problem(body.error());
    const auto id = body->optional_id("id");
    const std::string type = body->text("type", word_chars_max);
    std::vector<casework::NewRecord> records;
    const auto& given = body->list("records", casework::records_per_open_max);
    for (std::size_t i = 0; i < given.size(); ++i) {
        auto record = record_of(given[i], pointer_to("/records", i));
        if (!record) return problem(record.error());
        records.push_back(std::move(*record));
    }
    if (const auto done = body->finish(); !done) return problem(done.error());
    const auto opened = call.reg().open(call.caller, id, type, records);
    if (!opened) return problem(opened.error());
    json::array versions;
    for (const auto& one : opened->records)
        versions.push_back(json::object{{"id", to_text(one.id)}, {"version", one.version}});
    auto response = answer_with_findings(
        call,
        201,
        json::object{
            {"ref", to_text(opened->ref)},
            {"version", opened->version},
            {"records", std::move(versions)},
        },
        opened->findings
    );
    response.headers.push_back({"location", "/api/v1/dossiers/" + to_text(opened->ref)});
    return response;
}

Response read_dossier(Call& call) {
    const auto ref = call.id("ref");
    if (!ref) return problem(ref.error());
    const auto write = [&call](const casework::File& file) {
        return to_text(call.service.finding_text(), file, call.language);
    };
    auto text = call.reg().read_written(call.caller, *ref, call.language, write);
    if (!text) return problem(text.error());
    const auto answer = [](std::string&& written) { return json_answer(200, std::move(written)); };
    return later(std::move(*text).made_into(answer));
}

Response add_record(Call& call) {
    const auto ref = call.id("ref");
    if (!ref) return problem(ref.error());
    if (!has_content_type(call.request, "application/json"))
        return problem(415, "content_type", "The content type must be application/json.");
    const auto value = parse_json(call.request.body, {.bytes_max = record_body_bytes_max});
    if (!value) return problem(value.error());
    const auto record = record_of(*value, "");
    if (!record) return problem(record.error());
    const auto added = call.reg().add(call.caller, *ref, *record);
    if (!added) return problem(added.error());
    return answer_with_findings(
        call,
        201,
        json::object{
            {"id", to_text(added->id)},
            {"version", added->version},
            {"dossier_version", added->dossier_version},
        },
        added->findings
    );
}

Response amend_record(Call& call) {
    const auto ref = call.id("ref");
    const auto record = call.id("id");
    if (!ref || !record) return problem(404, "not_found", "");
    if (!has_content_type(call.request, "application/merge-patch+json"))
        return problem(
            415, "content_type", "The content type must be application/merge-patch+json."
        );
    const auto base = version_of(call.request);
    if (!base) return problem(428, "version", "If-Match names the version, like \"3\" in quotes.");
    auto patch = parse_json(call.request.body, {.bytes_max = record_body_bytes_max});
    if (!patch) return problem(patch.error());
    const auto amended = call.reg().amend(call.caller, *ref, {*record, *base, std::move(*patch)});
    if (!amended) return problem(amended.error());
    if (amended->conflict) return conflict_answer(*amended->conflict);
    return answer_with_findings(
        call,
        200,
        json::object{
            {"id", to_text(*record)},
            {"version", amended->version},
            {"dossier_version", amended->dossier_version},
            {"merged", amended->merged},
        },
        amended->findings
    );
}

Response reveal_fields(Call& call) {
    const auto ref = call.id("ref");
    const auto record = call.id("id");
    if (!ref || !record) return problem(404, "not_found", "");
    auto body = Body::parse(call.request, "application/json", small_body_bytes_max);
    if (!body) return problem(body.error());
    casework::RevealRequest request;
    request.record = *record;
    request.fields = body->optional_texts("fields", casework::reveal_fields_max)
                         .value_or(std::vector<std::string>());
    request.reason = body->text("reason", casework::reasons_chars_max);
    if (const auto done = body->finish(); !done) return problem(done.error());
    const auto data = call.reg().reveal(call.caller, *ref, request);
    if (!data) return problem(data.error());
    return answer(200, json::object{{"data", *data}});
}

Response list_findings(Call& call) {
    const auto ref = call.id("ref");
    if (!ref) return problem(ref.error());
    const bool all = call.request.parameter("all") == std::optional<std::string_view>("true");
    const auto findings = call.reg().findings(call.caller, *ref, all);
    if (!findings) return problem(findings.error());
    const std::string text = to_text(call.service.finding_text(), *findings, call.language);
    return json_answer(200, R"({"findings":)" + text + '}');
}

Response do_act(Call& call) {
    const auto ref = call.id("ref");
    if (!ref) return problem(ref.error());
    auto body = Body::parse(call.request, "application/json", small_body_bytes_max);
    if (!body) return problem(body.error());
    casework::ActRequest request;
    request.id = body->optional_id("id");
    request.act = call.match.name("act");
    request.reasons = body->text("reasons", casework::reasons_chars_max);
    if (const auto done = body->finish(); !done) return problem(done.error());
    const auto done = call.reg().act(call.caller, *ref, request);
    if (!done) return problem(done.error());
    if (!done->blocked_by.empty()) {
        json::array findings;
        for (const auto& one : done->blocked_by) {
            findings.push_back(
                call.service.finding_text().to_json(one.finding, call.language, one.limited)
            );
        }
        return problem(
            409,
            "blocked",
            "Safeguards refuse this act as things stand.",
            {{"findings", std::move(findings)}}
        );
    }
    return answer(201, json::object{{"id", to_text(done->id)}, {"act", done->act}});
}

Response list_history(Call& call) {
    const auto ref = call.id("ref");
    if (!ref) return problem(ref.error());
    const auto limit = number_parameter(call.request, "limit", page_default, casework::page_max);
    const auto before = number_parameter(call.request, "before", 0, UINT64_MAX);
    if (!limit) return problem(limit.error());
    if (!before) return problem(before.error());
    casework::HistoryQuery query{{}, *before, static_cast<std::size_t>(*limit)};
    if (const auto record = call.request.parameter("record")) {
        const auto id = parse_id(*record);
        if (!id) return problem(id.error());
        query.record = *id;
    }
    const auto history = call.reg().history(call.caller, *ref, query);
    if (!history) return problem(history.error());
    json::array entries;
    for (const auto& entry : history->entries) entries.push_back(to_json(entry));
    return answer(
        200, json::object{{"entries", std::move(entries)}, {"next", or_null(history->next)}}
    );
}

Response list_reads(Call& call) {
    const auto ref = call.id("ref");
    if (!ref) return problem(ref.error());
    const auto limit = number_parameter(call.request, "limit", page_default, casework::page_max);
    const auto before = number_parameter(call.request, "before", 0, UINT64_MAX);
    if (!limit) return problem(limit.error());
    if (!before) return problem(before.error());
    const auto reads =
        call.reg().reads(call.caller, *ref, *before, static_cast<std::size_t>(*limit));
    if (!reads) return problem(reads.error());
    json::array out;
    for (const auto& read : reads->reads) out.push_back(to_json(read));
    return answer(200, json::object{{"reads", std::move(out)}, {"next", or_null(reads->next)}});
}

Response list_work(Call& call) {
    const auto limit = number_parameter(call.request, "limit", page_default, casework::page_max);
    if (!limit) return problem(limit.error());
    casework::WorkQuery query;
    const std::string_view lens = call.request.parameter("lens").value_or("mine");
    if (lens != "mine" && lens != "team" && lens != "all")
        return problem(422, "invalid", "The lens is mine, team or all.");
    query.lens = lens == "mine"   ? casework::Lens::mine
                 : lens == "team" ? casework::Lens::team
                                  : casework::Lens::all;
    query.after = call.request.parameter("after").value_or("");
    query.limit = static_cast<std::size_t>(*limit);
    const auto work = call.reg().work(call.caller, query);
    if (!work) return problem(work.error());
    json::array items;
    for (const auto& item : work->items) items.push_back(to_json(call.pack(), item, call.language));
    const auto& counts = work->counts;
    return answer(
        200,
        json::object{
            {"items", std::move(items)},
            {"counts",
             json::object{
                 {"overdue", counts.overdue},
                 {"today", counts.today},
                 {"week", counts.week},
                 {"later", counts.later},
                 {"unknown", counts.unknown},
             }},
            {"next", or_null(work->next)},
        }
    );
}

}  // namespace homeward::api
