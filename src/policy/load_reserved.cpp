// Fields that are shown only with a second reason: where they may stand, and what may not name
// them because it is shown without one.
#include "policy/loader.hpp"

#include <fmt/format.h>

namespace homeward::policy {

void Loader::check_second_reasons() {
    for (const auto& site : field_sites_) {
        const auto& field = field_at(site);
        if (!field.second_reason) continue;
        const Node* flag = site.node->find("second_reason");
        const auto at = flag != nullptr ? flag->at : site.node->at;
        // A record is shown answer by answer: part of an answer cannot wait for a reason.
        if (site.way.size() > 1)
            report_.error(*site.doc, at, "a field inside a group has no 'second_reason'");
        else if (field.type == FieldType::group)
            report_.error(*site.doc, at, "a group has no 'second_reason'");
        else if (field.type == FieldType::computed)
            report_.error(*site.doc, at, "a computed field has no 'second_reason': it is not sent");
    }
    for (std::size_t i = 0; i < out_.kinds.size(); ++i) {
        const auto& site = kind_sites_[i];
        const auto& kind = out_.kinds[i];
        const Node* summary = site.node->find("summary");
        if (summary == nullptr) continue;
        refuse_second_reason(*site.doc, *summary, kind.find(summary->text), "a summary");
        for (const auto& item : summary->items)
            refuse_second_reason(*site.doc, item, kind.find(item.text), "a summary");
    }
    for (const Doc* doc : docs("dossiers/")) {
        const Node* id = doc->root.find("dossier");
        const bool is_dossier = doc->root.find("kind") == nullptr && id != nullptr;
        const auto index = is_dossier ? out_.find("dossier", id->text) : std::nullopt;
        if (index) check_shown_first(*doc, doc->root, out_.dossier_types[*index]);
    }
}

void Loader::check_shown_first(const Doc& doc, const Node& root, const DossierType& type) {
    const auto field_of_ref = [&](const FieldRef& ref) {
        return &out_.kinds[ref.kind].fields[ref.field];
    };
    const auto refuse_at = [&](const char* key, const Node& named, const FieldRef& ref) {
        const Node* word = named.find("field");
        const Field* field = field_of_ref(ref);
        if (word == nullptr || word->text != field->id) return;
        refuse_second_reason(doc, *word, field, fmt::format("'{}'", key));
    };
    const auto refuse = [&](const char* key, const FieldRef& ref) {
        const Node* named = root.find(key);
        if (named == nullptr) return;
        refuse_at(key, *named, ref);
        for (const Node& one : named->items) refuse_at(key, one, ref);
    };
    if (type.birth) refuse("birth", *type.birth);
    for (const FieldRef& ref : type.labels) refuse("label", ref);
    if (type.names) refuse("names", *type.names);
    const Node* search = root.find("search");
    if (search == nullptr) return;
    for (const FieldRef& ref : type.search) {
        const Field* field = field_of_ref(ref);
        const auto path = fmt::format("{}.{}", out_.kinds[ref.kind].id, field->id);
        if (search->text == path) refuse_second_reason(doc, *search, field, "'search'");
        for (const auto& item : search->items)
            if (item.text == path) refuse_second_reason(doc, item, field, "'search'");
    }
}

void Loader::refuse_second_reason(
    const Doc& doc, const Node& word, const Field* field, std::string_view where
) {
    if (field == nullptr || !field->second_reason) return;
    report_.error(
        doc,
        word.at,
        fmt::format("'{}' needs a second reason; {} would show it without one", field->id, where)
    );
}

}  // namespace homeward::policy
