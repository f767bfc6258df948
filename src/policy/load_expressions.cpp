#include "cel/parse.hpp"
#include "policy/loader.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace homeward::policy {
namespace {

void collect_calls(const cel::Expr& expr, std::set<std::string>& out) {
    if (expr.kind == cel::Expr::Kind::call) out.insert(expr.text);
    for (const auto& arg : expr.args) collect_calls(arg, out);
}

void collect_selects(const cel::Expr& expr, std::set<std::string>& out) {
    if (expr.kind == cel::Expr::Kind::select) out.insert(expr.text);
    for (const auto& arg : expr.args) collect_selects(arg, out);
}

/// How a tree looks at `now`; as the argument of an age function it does not count as free.
NowUse now_use_of(const cel::Expr& expr) {
    if (expr.kind == cel::Expr::Kind::ident && expr.text == "now") return NowUse::free;
    const bool age = expr.kind == cel::Expr::Kind::call && expr.args.size() == 1 &&
                     (expr.text == "is_child" || expr.text == "age_low" || expr.text == "age_high");
    auto use = NowUse::none;
    for (const auto& arg : expr.args) use = std::max(use, now_use_of(arg));
    const bool direct = age && expr.args[0].kind == cel::Expr::Kind::ident;
    return direct && use == NowUse::free ? NowUse::age : use;
}

/// Whether a path is a kind or a field of it.
bool is_of(std::string_view path, std::string_view kind) {
    return path.substr(0, kind.size()) == kind &&
           (path.size() == kind.size() || path[kind.size()] == '.');
}

}  // namespace

void Loader::report_issues(const Doc& doc, const Node& node, const cel::Issues& issues) {
    for (const auto& issue : issues) {
        const auto place = place_within(doc.text, node, issue.at.line, issue.at.column);
        report_.error(doc, place, issue.message, issue.suggestion);
    }
}

std::optional<cel::Program> Loader::expression(
    const Doc& doc,
    const Node& node,
    const cel::Declarations& names,
    std::optional<cel::Type> expect
) {
    if (!node.is(Node::Kind::scalar)) {
        report_.error(doc, node.at, "an expression is one text");
        return {};
    }
    cel::CompileOptions options;
    options.limits.source_bytes_max = options_.limits.expression_bytes_max;
    options.expect = std::move(expect);
    auto program = cel::compile(node.text, names, options);
    if (program) return std::move(*program);
    report_issues(doc, node, program.error());
    // The plain reason for a parameter that is in months is that it is no span of time.
    const auto ast = cel::parse(node.text, options.limits);
    if (!ast) return {};
    std::set<std::string> selects;
    collect_selects(ast->root, selects);
    for (const auto& name : selects)
        if (const auto index = out_.find("parameter", name))
            if (out_.parameters[*index].unit == Unit::months)
                report_.error(
                    doc,
                    node.at,
                    fmt::format("'{}' is in calendar months and stands only in 'of:'", name)
                );
    return {};
}

void Loader::load_field_expressions() {
    for (const auto& site : field_sites_) load_expressions_of(site);
    for (std::uint16_t i = 0; i < out_.kinds.size(); ++i)
        if (out_.kinds[i].episode) load_support(i);
}

void Loader::load_expressions_of(const FieldSite& site) {
    auto& kind = out_.kinds[site.kind];
    auto& field = field_at(site);
    const Field* group = nullptr;
    if (site.way.size() > 1) {
        auto above = site;
        above.way.pop_back();
        group = &field_at(above);
    }
    const auto& names = names_of(kind.dossier, &kind, group);
    const auto load = [&](const char* key,
                          std::optional<cel::Program>& into,
                          std::string& source,
                          std::optional<cel::Type> expect) {
        const Node* node = site.node->find(key);
        if (node == nullptr || node->is(Node::Kind::null)) return;
        source = node->text;
        into = expression(*site.doc, *node, names, std::move(expect));
    };
    load("check", field.check, field.check_source, cel::Type::boolean());
    load("shown", field.shown, field.shown_source, cel::Type::boolean());
    if (field.type != FieldType::computed) return;
    if (group != nullptr) {
        report_.error(*site.doc, site.node->at, "a computed field cannot stand in a group");
        return;
    }
    load("is", field.is, field.is_source, result_types_[field.path]);
}

void Loader::load_support(std::uint16_t index) {
    auto& kind = out_.kinds[index];
    const auto& site = kind_sites_[index];
    const Node* episode = site.node->find("episode");
    const Node* support = episode == nullptr ? nullptr : episode->find("support");
    if (support == nullptr || support->is(Node::Kind::null)) return;
    const auto& names = names_of(kind.dossier, &kind, nullptr);
    kind.episode->support =
        expression(*site.doc, *support, names, cel::Type::list(cel::Type::moment()));
    for (const auto& call : calls(support->text, kind.dossier))
        if (call == "spell" || call == "spell_start" || call == "spell_end")
            report_.error(*site.doc, support->at, "'support' cannot ask for the spell it makes");
}

std::set<std::string> Loader::calls(std::string_view source, std::uint16_t dossier) const {
    std::set<std::string> out;
    if (const auto ast = cel::parse(source)) collect_calls(ast->root, out);
    const auto& definitions = out_.names[dossier].definitions;
    // As often as there are definitions is enough for the longest way through them.
    for (std::size_t round = 0; round < definitions.size(); ++round) {
        const auto before = out.size();
        for (const auto& definition : definitions)
            if (out.count(definition.name) != 0)
                if (const auto ast = cel::parse(definition.source)) collect_calls(ast->root, out);
        if (out.size() == before) break;
    }
    return out;
}

NowUse Loader::now_use(std::string_view source, std::uint16_t dossier) const {
    const auto ast = cel::parse(source);
    auto use = ast ? now_use_of(ast->root) : NowUse::none;
    const auto called = calls(source, dossier);
    for (const auto& definition : out_.names[dossier].definitions)
        if (called.count(definition.name) != 0)
            if (const auto body = cel::parse(definition.source))
                use = std::max(use, now_use_of(body->root));
    return use;
}

std::set<std::uint16_t> Loader::paths_read(
    const cel::Program& program,
    std::string_view source,
    std::uint16_t dossier,
    std::optional<std::uint16_t> about
) const {
    std::set<std::uint16_t> out;
    for (const auto& read : program.reads()) {
        const auto shape = out_.shapes.find(read.object);
        if (shape == out_.shapes.end() || read.slot >= shape->second.paths.size()) continue;
        const auto path = shape->second.paths[read.slot];
        if (path != no_path) out.insert(path);
    }
    const auto called = calls(source, dossier);
    const auto& type = out_.dossier_types[dossier];
    if (called.count("is_child") + called.count("age_low") + called.count("age_high") > 0)
        out.insert(out_.kinds[type.birth->kind].fields[type.birth->field].path);
    if (called.count("spell_start") + called.count("spell_end") + called.count("spell") > 0) {
        for (const auto index : type.kinds) {
            const auto& kind = out_.kinds[index];
            if (!kind.episode) continue;
            bool concerned = about == index;
            for (const auto path : out) concerned = concerned || is_of(out_.paths[path], kind.id);
            if (!concerned) continue;
            out.insert(kind.fields[kind.episode->start].path);
            out.insert(kind.fields[kind.episode->end].path);
            for (const auto field : kind.episode->continues) out.insert(kind.fields[field].path);
        }
    }
    for (const auto path : std::set<std::uint16_t>(out))
        if (const auto more = computed_reads_.find(path); more != computed_reads_.end())
            out.insert(more->second.begin(), more->second.end());
    return out;
}

void Loader::order_computed() {
    struct Waiting {
        Computed computed;
        const FieldSite* site;
        std::set<std::uint16_t> reads;
    };
    std::vector<Waiting> waiting;
    std::set<std::uint16_t> open;
    for (const auto& site : field_sites_) {
        const auto& field = field_at(site);
        if (field.type != FieldType::computed || !field.is) continue;
        const auto& kind = out_.kinds[site.kind];
        waiting.push_back(
            {{site.kind, site.way[0], now_use(field.is_source, kind.dossier)},
             &site,
             paths_read(*field.is, field.is_source, kind.dossier, site.kind)}
        );
        open.insert(field.path);
    }
    while (!waiting.empty()) {
        const auto ready = std::find_if(waiting.begin(), waiting.end(), [&](const Waiting& one) {
            return std::none_of(one.reads.begin(), one.reads.end(), [&](std::uint16_t path) {
                return open.count(path) != 0;
            });
        });
        if (ready == waiting.end()) {
            const auto& site = *waiting.front().site;
            report_.error(
                *site.doc, site.node->at, "computed fields that need each other in a circle"
            );
            return;
        }
        auto reads = ready->reads;
        for (const auto path : ready->reads)
            if (const auto more = computed_reads_.find(path); more != computed_reads_.end())
                reads.insert(more->second.begin(), more->second.end());
        const auto path = field_at(*ready->site).path;
        computed_reads_[path] = std::move(reads);
        out_.computed.push_back(ready->computed);
        open.erase(path);
        waiting.erase(ready);
    }
}

}  // namespace homeward::policy
