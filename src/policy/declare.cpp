#include "base/check.hpp"
#include "cel/text.hpp"
#include "policy/functions.hpp"
#include "policy/loader.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace homeward::policy {

using cel::Type;

std::uint16_t PackData::add_path(std::string path, std::uint8_t category) {
    const auto at = static_cast<std::uint16_t>(paths.size());
    paths.push_back(std::move(path));
    path_views.emplace_back(paths.back());
    unknown_paths.push_back(paths.back() + unknown_mark);
    unknown_views.emplace_back(unknown_paths.back());
    path_categories.push_back(category);
    path_index.emplace(paths.back(), at);
    path_index.emplace(unknown_views.back(), at);
    return at;
}

void Loader::make_paths() {
    for (auto& kind : out_.kinds) {
        out_.add_path(kind.id, kind.category);
        make_paths_of(kind.fields, kind.id);
    }
    // What the object `dossier` reports is the kind that has no record.
    for (const auto& kind : out_.kinds) {
        const auto index = out_.path_index.at(kind.id);
        out_.unknown_paths.push_back("dossier." + kind.id);
        out_.path_index.emplace(out_.unknown_paths.back(), index);
    }
}

void Loader::make_paths_of(std::vector<Field>& fields, const std::string& above) {
    for (auto& field : fields) {
        const auto path = above + "." + field.id;
        field.path = out_.add_path(path, field.category);
        make_paths_of(field.fields, path);
    }
}

Type Loader::type_of(const Field& field) const {
    const auto domain = [&] {
        const bool known = field.codes < out_.code_lists.size();
        return known ? Type::string_of(out_.code_lists[field.codes].id) : Type::string();
    };
    switch (field.type) {
        case FieldType::number:
        case FieldType::scale:
            return Type::integer();
        case FieldType::decimal:
        case FieldType::money:
            return Type::real();
        case FieldType::tri:
            return Type::boolean();
        case FieldType::date:
        case FieldType::instant:
        case FieldType::age:
            return Type::moment();
        case FieldType::code:
            return domain();
        case FieldType::codes:
            return Type::list(domain());
        case FieldType::duration:
            return Type::duration();
        case FieldType::group:
            return Type::object(*field.group);
        case FieldType::computed:
            return Type::dyn();  // set from `result`
        case FieldType::text:
        case FieldType::long_text:
        case FieldType::person_name:
        case FieldType::place:
        case FieldType::reference:
            break;
    }
    return Type::string();
}

void Loader::make_type_of(
    std::vector<Field>& fields, const std::string& name, cel::ObjectType& type
) {
    for (auto& field : fields) {
        if (field.type == FieldType::group) {
            const auto own = name + "." + field.id;
            out_.object_types.push_back(std::make_unique<cel::ObjectType>(own));
            auto& group = *out_.object_types.back();
            field.group = &group;
            make_type_of(field.fields, own, group);
        }
        auto shape = type_of(field);
        if (field.type == FieldType::computed) shape = result_types_[field.path];
        field.slot = type.add_field(field.id, field.repeats ? Type::list(shape) : shape);
        auto& paths = out_.shapes[&type].paths;
        paths.resize(type.slot_count(), no_path);
        paths[field.slot] = field.path;
    }
}

void Loader::make_types() {
    for (const auto& site : field_sites_) {
        const auto& field = field_at(site);
        const Node* result = site.node->find("result");
        if (field.type != FieldType::computed || result == nullptr) continue;
        const auto type = basic_type(result->text);
        if (!type)
            report_.error(
                *site.doc, result->at, "'result' is bool, int, double, string, moment or duration"
            );
        result_types_[field.path] = type.value_or(Type::dyn());
    }
    for (auto& kind : out_.kinds) {
        out_.object_types.push_back(std::make_unique<cel::ObjectType>(kind.id));
        auto& type = *out_.object_types.back();
        kind.type = &type;
        type.add_field("id", Type::string());
        type.add_field("recorded_at", Type::moment());
        type.add_field("recorded_by", Type::string());
        out_.shapes[&type].paths.assign(builtin_slots, out_.path_index.at(kind.id));
        make_type_of(kind.fields, kind.id, type);
    }
}

void Loader::make_constants() {
    out_.domains = std::make_unique<CodeDomains>(out_.code_lists);
    auto& arena = out_.constants;
    out_.param_type = std::make_unique<cel::ObjectType>("param");
    std::vector<cel::Value> values;
    for (const auto& p : out_.parameters) {
        const std::int64_t scale = p.unit == Unit::minutes ? 60
                                   : p.unit == Unit::hours ? 3'600
                                                           : 86'400;
        if (p.unit == Unit::months) continue;
        if (p.unit == Unit::text) {
            out_.param_type->add_field(p.id, Type::string());
            values.push_back(cel::Value::string(arena.copy(p.text)));
        } else if (p.unit == Unit::number || p.unit == Unit::years) {
            out_.param_type->add_field(p.id, Type::integer());
            values.push_back(cel::Value::integer(p.number));
        } else {
            out_.param_type->add_field(p.id, Type::duration());
            values.push_back(cel::Value::duration({p.number * scale, 0}));
        }
    }
    const auto keep = [&](const std::vector<cel::Value>& from) {
        const auto to = arena.array<cel::Value>(from.size());
        std::copy(from.begin(), from.end(), to.begin());
        return to;
    };
    out_.param_value = cel::Value::object(*out_.param_type, keep(values).data());

    out_.codes_type = std::make_unique<cel::ObjectType>("codes");
    std::vector<cel::Value> lists;
    for (const auto& list : out_.code_lists) {
        out_.object_types.push_back(std::make_unique<cel::ObjectType>("codes." + list.id));
        auto& type = *out_.object_types.back();
        std::vector<cel::Value> groups;
        for (const auto& [name, members] : list.groups) {
            std::vector<cel::Value> words;
            for (const auto code : members)
                words.push_back(cel::Value::string(arena.copy(list.codes[code].id)));
            type.add_field(name, Type::list(Type::string_of(list.id)));
            groups.push_back(cel::Value::list(keep(words)));
        }
        out_.codes_type->add_field(list.id, Type::object(type));
        lists.push_back(cel::Value::object(type, keep(groups).data()));
    }
    out_.codes_value = cel::Value::object(*out_.codes_type, keep(lists).data());
}

void Loader::make_dossier_object(std::uint16_t dossier) {
    auto& names = out_.names[dossier];
    names.dossier = std::make_unique<cel::ObjectType>("dossier");
    auto& paths = out_.shapes[names.dossier.get()].paths;
    for (const auto index : out_.dossier_types[dossier].kinds) {
        const auto& kind = out_.kinds[index];
        const auto type = Type::object(*kind.type);
        names.dossier->add_field(kind.id, kind.repeats ? Type::list(type) : type);
        paths.push_back(out_.path_index.at(kind.id));
    }
}

void Loader::make_names() {
    out_.names.resize(out_.dossier_types.size());
    for (std::uint16_t i = 0; i < out_.dossier_types.size(); ++i) {
        const auto& type = out_.dossier_types[i];
        make_dossier_object(i);
        auto& names = out_.names[i];
        names.shared = std::make_unique<cel::Declarations>();
        auto& shared = *names.shared;
        shared.set_domains(out_.domains.get());
        shared.set_zones(out_.zones);
        shared.enable_moments();
        const bool subject = !type.subject_name.empty();
        const auto add = [&](std::string name, const Type& of) {
            if (const auto added = shared.add_variable(std::move(name), of); !added)
                report_.add({type.id, 0, 0, added.error().text, {}});
        };
        add("now", Type::moment());
        add("dossier", Type::object(*names.dossier));
        add("param", Type::object(*out_.param_type));
        add("codes", Type::object(*out_.codes_type));
        // A name that no expression can write keeps the numbering when there is no subject.
        if (subject)
            add(type.subject_name, Type::object(*out_.kinds[type.subject].type));
        else
            add("no subject", Type::null());
        declare_functions(shared, out_.kinds, type);
    }
    for (const Doc* doc : docs("dossiers/")) {
        const Node* list = doc->root.find("definitions");
        if (list == nullptr) continue;
        const Node* id = doc->root.find(doc->root.find("extend") != nullptr ? "extend" : "dossier");
        if (id == nullptr) continue;
        if (const auto index = out_.find("dossier", id->text))
            load_definitions(*doc, *list, *index);
    }
}

std::optional<Type> Loader::type_named(std::string_view name, std::uint16_t dossier) const {
    if (name == "dossier") return Type::object(*out_.names[dossier].dossier);
    constexpr std::string_view list = "list(";
    if (name.substr(0, list.size()) == list && name.back() == ')') {
        const auto item = type_named(name.substr(5, name.size() - 6), dossier);
        if (!item) return {};
        return Type::list(*item);
    }
    if (const auto kind = out_.find("kind", name)) return Type::object(*out_.kinds[*kind].type);
    return basic_type(name);
}

void Loader::load_definitions(const Doc& doc, const Node& list, std::uint16_t dossier) {
    std::vector<cel::Definition> definitions;
    std::vector<const Node*> bodies;
    for (const auto& node : list.items) {
        Keys keys(report_, doc, node, "a definition");
        cel::Definition made;
        const auto name = keys.word("name", true);
        keys.text("help");
        const Node* params = keys.get("params");
        const Node* is = keys.need("is");
        keys.done();
        if (is == nullptr || !enter(doc, fmt::format("definition {}", dossier), name, 0, true))
            continue;
        made.name = name.text;
        made.source = is->text;
        if (params != nullptr) {
            for (const auto& entry : params->entries) {
                const auto type = type_named(entry.value.text, dossier);
                if (!type)
                    report_.error(
                        doc, entry.value.at, fmt::format("there is no type '{}'", entry.value.text)
                    );
                made.params.push_back({entry.key, type.value_or(Type::dyn())});
            }
        }
        definitions.push_back(std::move(made));
        bodies.push_back(is);
    }
    auto& names = out_.names[dossier];
    // What is faulty is left out and the rest tried again, so that a fault is told only once.
    while (!definitions.empty()) {
        const auto added = names.shared->add_definitions(definitions);
        if (added) break;
        std::set<std::size_t> faulty;
        for (const auto& issue : added.error()) {
            const auto cut = issue.message.find(':');
            const auto name = issue.message.substr(0, cut);
            std::size_t i = 0;
            while (i + 1 < definitions.size() && definitions[i].name != name) ++i;
            faulty.insert(i);
            const auto place = place_within(doc.text, *bodies[i], issue.at.line, issue.at.column);
            report_.error(doc, place, issue.message, issue.suggestion);
        }
        for (auto i = faulty.rbegin(); i != faulty.rend(); ++i) {
            definitions.erase(definitions.begin() + static_cast<std::ptrdiff_t>(*i));
            bodies.erase(bodies.begin() + static_cast<std::ptrdiff_t>(*i));
        }
    }
    for (auto& made : definitions) names.definitions.push_back(std::move(made));
}

const cel::Declarations& Loader::names_of(
    std::uint16_t dossier, const Kind* kind, const Field* group
) {
    const cel::Declarations* names = out_.names[dossier].shared.get();
    const auto scoped = [&](const void* key, const char* name, const cel::ObjectType& type) {
        auto& known = names_by_[{names, key}];
        if (known == nullptr) {
            record_names_.push_back(std::make_unique<cel::Declarations>(*names));
            const auto added = record_names_.back()->add_variable(name, Type::object(type));
            check(added.has_value(), "a record's name is declared twice");
            known = record_names_.back().get();
        }
        names = known;
    };
    if (kind != nullptr) scoped(kind->type, "this", *kind->type);
    if (group != nullptr) scoped(group->group, "it", *group->group);
    return *names;
}

bool CodeDomains::has(std::string_view domain, std::string_view word) const {
    const auto* found = list(domain);
    return found != nullptr && found->has(word);
}

std::vector<std::string> CodeDomains::words(std::string_view domain) const {
    std::vector<std::string> out;
    if (const auto* found = list(domain))
        for (const auto& code : found->codes) out.push_back(code.id);
    return out;
}

const CodeList* CodeDomains::list(std::string_view id) const {
    for (const auto& candidate : lists_)
        if (candidate.id == id) return &candidate;
    return nullptr;
}

}  // namespace homeward::policy
