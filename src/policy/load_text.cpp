#include "cel/text.hpp"
#include "policy/loader.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace homeward::policy {
namespace {

Field* find_field(std::vector<Field>& fields, std::string_view path) {
    const auto dot = path.find('.');
    for (auto& field : fields) {
        if (field.id != path.substr(0, dot)) continue;
        if (dot == std::string_view::npos) return &field;
        return find_field(field.fields, path.substr(dot + 1));
    }
    return nullptr;
}

/// The rest of `key` after `prefix`, or nothing.
std::optional<std::string_view> after(std::string_view key, std::string_view prefix) {
    if (key.substr(0, prefix.size()) != prefix) return {};
    return key.substr(prefix.size());
}

/// `custody.help` as `custody` and `help`; the second part is empty when there is no such ending.
std::pair<std::string_view, std::string_view> cut(std::string_view key) {
    for (const std::string_view ending : {"help", "says", "explain", "remedy", "answer"}) {
        if (key.size() <= ending.size() + 1) continue;
        const auto at = key.size() - ending.size();
        if (key.substr(at) == ending && key[at - 1] == '.') return {key.substr(0, at - 1), ending};
    }
    return {key, {}};
}

}  // namespace

void Loader::load_texts() {
    for (const Doc* doc : docs("text/")) {
        const auto language = std::string_view(doc->path).substr(5, doc->path.size() - 10);
        const auto& known = out_.languages;
        if (std::find(known.begin(), known.end(), language) == known.end())
            report_.error(
                *doc, {}, fmt::format("'{}' is not among the pack's languages", language)
            );
        if (!doc->root.is(Node::Kind::map))
            report_.error(*doc, doc->root.at, "texts are written key: text");
        for (const auto& entry : doc->root.entries) apply_text(*doc, entry, language);
    }
}

Text* Loader::field_text(std::string_view key) {
    const auto dot = key.find('.');
    if (dot == std::string_view::npos) return nullptr;
    const auto kind = out_.find("kind", key.substr(0, dot));
    if (!kind) return nullptr;
    auto& fields = out_.kinds[*kind].fields;
    if (auto* field = find_field(fields, key.substr(dot + 1))) return &field->title;
    const auto [path, ending] = cut(key.substr(dot + 1));
    auto* field = find_field(fields, path);
    if (field == nullptr) return nullptr;
    return ending == "help" ? &field->help : ending == "says" ? &field->says : nullptr;
}

Text* Loader::code_text(std::string_view key) {
    const auto [path, ending] = cut(key);
    const auto dot = path.find('.');
    if (dot == std::string_view::npos) return nullptr;
    const auto list = out_.find("codes", path.substr(0, dot));
    if (!list) return nullptr;
    auto& codes = out_.code_lists[*list].codes;
    for (auto& code : codes)
        if (code.id == path.substr(dot + 1)) return ending == "help" ? &code.help : &code.label;
    return nullptr;
}

Text* Loader::safeguard_text(std::string_view key) {
    const auto [id, ending] = cut(key);
    const auto index = out_.find("safeguard", id);
    if (!index) return nullptr;
    auto& safeguard = out_.safeguards[*index];
    if (ending == "explain") return &safeguard.explain;
    if (ending == "remedy") return safeguard.remedy ? &safeguard.remedy->title : nullptr;
    return &safeguard.title;
}

Text* Loader::text_at(std::string_view key, bool& translates) {
    translates = true;
    if (const auto rest = after(key, "field.")) return field_text(*rest);
    if (const auto rest = after(key, "code.")) return code_text(*rest);
    if (const auto rest = after(key, "safeguard.")) return safeguard_text(*rest);
    const auto titled = [&](std::string_view prefix, std::string_view list, auto& items, auto title
                        ) -> std::optional<Text*> {
        const auto rest = after(key, prefix);
        if (!rest) return {};
        const auto [id, ending] = cut(*rest);
        const auto index = out_.find(list, id);
        return index ? title(items[*index], ending) : nullptr;
    };
    const auto plain = [](auto& item, std::string_view) { return &item.title; };
    const auto helped = [](auto& item, std::string_view ending) {
        return ending == "help" ? &item.help : &item.title;
    };
    const auto answered = [](auto& item, std::string_view ending) {
        return ending == "answer" ? &item.answer : &item.title;
    };
    for (const auto& found : {
             titled("kind.", "kind", out_.kinds, helped),
             titled("codes.", "codes", out_.code_lists, plain),
             titled("role.", "role", out_.roles, helped),
             titled("act.", "act", out_.acts, helped),
             titled("purpose.", "purpose", out_.purposes, answered),
             titled("category.", "category", out_.categories, plain),
             titled("parameter.", "parameter", out_.parameters, plain),
             titled("dossier.", "dossier", out_.dossier_types, plain),
         })
        if (found) return *found;
    translates = false;
    return nullptr;
}

void Loader::apply_text(const Doc& doc, const Entry& entry, std::string_view language) {
    if (!entry.value.is(Node::Kind::scalar)) {
        report_.error(doc, entry.at, fmt::format("'{}' is one text", entry.key));
        return;
    }
    bool translates = false;
    Text* text = text_at(entry.key, translates);
    if (text != nullptr)
        text->set(language, entry.value.text);
    else if (translates)
        report_.error(doc, entry.at, fmt::format("'{}' names nothing of the pack", entry.key));
    else
        out_.texts[entry.key].set(language, entry.value.text);
}

}  // namespace homeward::policy
