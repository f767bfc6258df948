#include "cel/text.hpp"
#include "policy/loader.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace homeward::policy {
namespace {

constexpr std::string_view letters = "WRSACmcogqabX-";

Scope scope_of(Keys& keys) {
    const auto word = keys.word("scope");
    if (word.text.empty()) return Scope::assigned;
    for (const auto scope : {Scope::assigned, Scope::team, Scope::all})
        if (word.text == name_of(scope)) return scope;
    keys.error(word.at, "'scope' is assigned, team or all");
    return Scope::assigned;
}

}  // namespace

void Loader::load_roles() {
    for (const Doc* doc : docs("roles/")) {
        if (doc->root.is(Node::Kind::list))
            for (const auto& node : doc->root.items) load_role(*doc, node);
        else
            load_role(*doc, doc->root);
    }
    for (std::size_t i = 0; i < out_.roles.size(); ++i) {
        const auto& site = role_sites_[i];
        for (const auto& word : not_with_[i]) {
            const auto other = refer(*site.doc, "role", "role", word);
            if (other == i)
                report_.error(*site.doc, word.at, "a role cannot exclude itself");
            else if (other)
                out_.roles[i].not_with.push_back(*other);
        }
    }
    // Exclusion holds both ways, whoever wrote it down.
    for (std::uint16_t i = 0; i < out_.roles.size(); ++i) {
        for (const auto other : out_.roles[i].not_with) {
            auto& back = out_.roles[other].not_with;
            if (std::find(back.begin(), back.end(), i) == back.end()) back.push_back(i);
        }
    }
}

void Loader::load_role(const Doc& doc, const Node& node) {
    Keys keys(report_, doc, node, "a role");
    if (!keys.ok()) return;
    const auto id = keys.word("role", true);
    Role role;
    role.id = id.text;
    role.title = keys.text("title", true);
    role.help = keys.text("help");
    role.side = side(keys, Side::both);
    role.basis = basis(keys);
    role.scope = scope_of(keys);
    for (const auto& word : keys.words("purposes")) {
        const auto purpose = refer(doc, "purpose", "purpose", word);
        if (!purpose) continue;
        if (out_.purposes[*purpose].prohibited)
            keys.error(word.at, fmt::format("'{}' is prohibited: no role may have it", word.text));
        role.purposes.push_back(*purpose);
    }
    if (role.purposes.empty() && keys.need("purposes") != nullptr)
        keys.error(keys.at(), "a role needs a purpose");
    load_access(keys, role);
    keys.get("minimal");
    for (auto& word : keys.words("may")) role.may.push_back(std::move(word.text));
    auto excluded = keys.words("not_with");
    keys.done();
    if (!enter(doc, "role", id, out_.roles.size(), false)) return;
    role_sites_.push_back({&doc, &node, id.at, doc.layer});
    not_with_.push_back(std::move(excluded));
    out_.roles.push_back(std::move(role));
}

void Loader::load_access(Keys& keys, Role& role) {
    role.access.assign(out_.categories.size(), '-');
    const Node* access = keys.need("access");
    if (access == nullptr) return;
    if (!access->is(Node::Kind::map)) keys.error(access->at, "'access' is written {D01: W, …}");
    std::vector<char> given(out_.categories.size(), 0);
    for (const auto& entry : access->entries) {
        const auto category = refer(keys.doc(), "category", "category", {entry.key, entry.at});
        if (!category) continue;
        given[*category] = 1;
        const auto& letter = entry.value.text;
        if (letter.size() != 1 || letters.find(letter[0]) == std::string_view::npos)
            keys.error(entry.value.at, fmt::format("a letter of access is one of {}", letters));
        else
            role.access[*category] = letter[0];
    }
    for (std::size_t i = 0; i < given.size(); ++i)
        if (given[i] == 0)
            keys.error(
                access->at, fmt::format("no letter for the category {}", out_.categories[i].id)
            );
}

void Loader::finish_roles() {
    for (std::size_t i = 0; i < out_.roles.size(); ++i) {
        const auto& site = role_sites_[i];
        Keys keys(report_, *site.doc, *site.node, "a role");
        load_minimal(keys, out_.roles[i]);
    }
}

void Loader::load_minimal(Keys& keys, Role& role) {
    const Node* minimal = keys.get("minimal");
    if (minimal == nullptr) return;
    const auto& doc = keys.doc();
    if (!minimal->is(Node::Kind::map))
        keys.error(minimal->at, "'minimal' is written {D07: [kind.field]}");
    for (const auto& entry : minimal->entries) {
        const auto category = refer(doc, "category", "category", {entry.key, entry.at});
        if (!category) continue;
        if (role.access[*category] != 'm')
            keys.error(entry.at, fmt::format("{} has no letter m for {}", role.id, entry.key));
        std::vector<FieldRef> fields;
        for (const auto& item : entry.value.items) {
            const auto ref = field_path(doc, {item.text, item.at});
            if (!ref) continue;
            const auto& field = out_.kinds[ref->kind].fields[ref->field];
            if (field.category != *category)
                keys.error(
                    item.at,
                    fmt::format("'{}' is in {}", item.text, out_.categories[field.category].id)
                );
            fields.push_back(*ref);
        }
        role.minimal.emplace_back(static_cast<std::uint8_t>(*category), std::move(fields));
    }
}

}  // namespace homeward::policy
