#include "cel/text.hpp"
#include "policy/loader.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace homeward::policy {
namespace {

using namespace std::string_view_literals;

/// Latin letters of U+00C0 … U+00FF without their accents, by code point; 0 stands for a blank.
constexpr std::string_view plain_latin =
    "aaaaaaaceeeeiiii"
    "dnooooo\0ouuuuyts"
    "aaaaaaaceeeeiiii"
    "dnooooo\0ouuuuyty"sv;

bool is_word_byte(char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || (c & '\x80') != 0;
}

/// Whether the folded word stands in the folded text: as whole words, in the plural, or, when it
/// ends in `*`, as the beginning of a word. Arabic writes articles and endings without a blank, so
/// there anywhere in a word.
bool stands_in(std::string_view word, std::string_view text) {
    const bool open = !word.empty() && word.back() == '*';
    if (open) word.remove_suffix(1);
    if (word.empty()) return false;
    const bool arabic = word[0] >= '\xD8' && word[0] <= '\xDB';
    if (arabic) return text.find(word) != std::string_view::npos;
    for (std::size_t at = text.find(word); at != std::string_view::npos;
         at = text.find(word, at + 1)) {
        if (at > 0 && is_word_byte(text[at - 1])) continue;
        auto rest = text.substr(at + word.size());
        if (open || rest.empty() || !is_word_byte(rest[0])) return true;
        if (rest[0] == 's' && (rest.size() == 1 || !is_word_byte(rest[1]))) return true;
    }
    return false;
}

/// Whether a code or label is a step of a ladder by its number: `1`, `level_2`, `3 - much`.
/// Official codes (`G1`, `A04`, `0906`) are not.
bool is_step(std::string_view text) {
    const auto digit = [](char c) { return c >= '0' && c <= '9'; };
    std::size_t count = 0;
    while (count < text.size() && digit(text[count])) ++count;
    if (count > 0) return count <= 2 && (count == text.size() || !is_word_byte(text[count]));
    const auto bar = text.rfind('_');
    if (bar == std::string_view::npos || bar + 1 == text.size()) return false;
    const auto last = text.substr(bar + 1);
    return last.size() <= 2 && std::all_of(last.begin(), last.end(), digit);
}

void blank_out(std::string& text, std::string_view phrase) {
    if (phrase.empty()) return;
    for (auto at = text.find(phrase); at != std::string::npos; at = text.find(phrase, at))
        text.replace(at, phrase.size(), " ");
}

}  // namespace

std::string fold(std::string_view text) {
    std::string out;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const char c = text[i];
        if (c >= 'A' && c <= 'Z')
            out += static_cast<char>(c - 'A' + 'a');
        else if (c == '\xC3' && i + 1 < text.size()) {
            const char plain = plain_latin[static_cast<unsigned char>(text[++i]) & 0x3FU];
            out += plain == 0 ? ' ' : plain;
        } else if (is_word_byte(c) || c == '*')
            out += c;
        else if (!out.empty() && out.back() != ' ')
            out += ' ';
    }
    while (!out.empty() && out.back() == ' ') out.pop_back();
    return out;
}

void Loader::check_red_word(
    const Doc& doc,
    Place at,
    std::string_view what,
    std::string_view language,
    std::string_view text
) {
    auto folded = fold(text);
    for (const auto& phrase : out_.allowed_phrases) blank_out(folded, phrase);
    for (const auto& red : out_.red_words) {
        // Ids are English; a title without a language may be in any.
        if (!language.empty() && red.language != language) continue;
        if (!stands_in(red.word, folded)) continue;
        report_.error(
            doc,
            at,
            fmt::format("{} uses '{}', a word that is never used about a child", what, red.spoken)
        );
        return;
    }
}

void Loader::check_words(const Doc& doc, Place at, std::string_view what, const Text& text) {
    for (const auto& [language, words] : text.by_language)
        check_red_word(doc, at, what, language, words);
}

bool Loader::about_a_child(const Kind& kind) const {
    return out_.dossier_types[kind.dossier].birth.has_value();
}

bool Loader::ordered(const CodeList& list) const {
    if (list.ordered) return true;
    const auto numbered = std::count_if(list.codes.begin(), list.codes.end(), [](const auto& code) {
        return is_step(code.id) || is_step(code.label.in("en"));
    });
    if (numbered >= 2) return true;
    return std::any_of(out_.ladders.begin(), out_.ladders.end(), [&](const auto& ladder) {
        std::size_t rungs = 0;
        for (const auto& code : list.codes) {
            const auto id = fold(code.id);
            rungs += static_cast<std::size_t>(std::any_of(
                ladder.begin(), ladder.end(), [&](const auto& word) { return stands_in(word, id); }
            ));
        }
        return rungs >= 2;
    });
}

bool Loader::is_red(const Field& field, const FieldSite& site) const {
    if (!field.about.empty()) return true;
    // The pack itself may say that a number is no judgement (`about: []`); an overlay may not.
    if (site.about_given && site.layer == 0) return false;
    return field.category < out_.categories.size() && out_.categories[field.category].red;
}

void Loader::check_red_field(const FieldSite& site) {
    const auto& field = field_at(site);
    if (field.type == FieldType::computed) return check_red_computed(site, field);
    if (!is_red(field, site)) return;
    const bool number = field.type == FieldType::scale || field.type == FieldType::number ||
                        field.type == FieldType::decimal;
    const bool coded = field.type == FieldType::code || field.type == FieldType::codes;
    const bool order =
        coded && field.codes < out_.code_lists.size() && ordered(out_.code_lists[field.codes]);
    if (!number && !order) return;
    report_.error(
        *site.doc,
        site.node->at,
        fmt::format(
            "{}'{}' would put a child on {}; nothing may be scored from what a child is "
            "associated with, believes, belongs to or is said to have done",
            out_.red_rule,
            field.id,
            number ? "a scale" : "a ladder of codes"
        )
    );
}

void Loader::check_red_computed(const FieldSite& site, const Field& field) {
    if (!field.is) return;
    const auto kind = result_types_[field.path].kind();
    if (kind == cel::Type::Kind::boolean || kind == cel::Type::Kind::moment) return;
    const auto reads = computed_reads_.find(field.path);
    if (reads == computed_reads_.end()) return;
    for (const auto& other : field_sites_) {
        const auto& source = field_at(other);
        if (reads->second.count(source.path) == 0 || !is_red(source, other)) continue;
        report_.error(
            *site.doc,
            site.node->at,
            fmt::format(
                "{}'{}' would compute a score from {}",
                out_.red_rule,
                field.id,
                out_.paths[source.path]
            )
        );
        return;
    }
}

void Loader::check_red_lines() {
    for (const Doc* doc : docs("parameters.yaml"))
        for (const auto& node : doc->root.items)
            for (const auto* key : {"id", "title"})
                if (const Node* text = node.find(key))
                    check_red_word(*doc, text->at, "the parameter", "en", text->text);
    for (const auto& site : field_sites_) {
        const auto& kind = out_.kinds[site.kind];
        // A score is refused in any dossier, or one beside the child's file would hold it.
        check_red_field(site);
        if (!about_a_child(kind)) continue;
        const auto& field = field_at(site);
        const auto what = fmt::format("the field '{}'", field.id);
        check_red_word(*site.doc, site.node->at, what, "en", field.id);
        for (const auto* text : {&field.title, &field.help, &field.says})
            check_words(*site.doc, site.node->at, what, *text);
    }
    std::set<std::uint16_t> lists;
    for (const auto& site : field_sites_)
        if (about_a_child(out_.kinds[site.kind]) && field_at(site).has_codes)
            lists.insert(field_at(site).codes);
    for (std::size_t i = 0; i < out_.kinds.size(); ++i) {
        const auto& kind = out_.kinds[i];
        if (!about_a_child(kind)) continue;
        const auto& site = kind_sites_[i];
        check_red_word(*site.doc, site.at, "the kind", "en", kind.id);
        check_words(*site.doc, site.at, "the kind", kind.title);
        check_words(*site.doc, site.at, "the kind", kind.help);
    }
    for (const auto index : lists) {
        if (index >= out_.code_lists.size()) continue;
        const auto& list = out_.code_lists[index];
        const auto& sites = list_sites_[index];
        check_words(*sites[0].doc, sites[0].at, "the code list", list.title);
        for (std::size_t i = 0; i < list.codes.size(); ++i) {
            const auto& site = sites[i + 1];
            const auto what = fmt::format("the code '{}'", list.codes[i].id);
            check_red_word(*site.doc, site.at, what, "en", list.codes[i].id);
            check_words(*site.doc, site.at, what, list.codes[i].label);
            check_words(*site.doc, site.at, what, list.codes[i].help);
        }
    }
}

}  // namespace homeward::policy
