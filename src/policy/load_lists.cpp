#include "cel/text.hpp"
#include "policy/loader.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace homeward::policy {
namespace {

/// The items of a file that holds a list; reports anything else.
const std::vector<Node>& items_of(Report& report, const Doc& doc) {
    if (!doc.root.is(Node::Kind::list)) report.error(doc, doc.root.at, "this file holds a list");
    return doc.root.items;
}

}  // namespace

void Loader::load_provisions() {
    for (const Doc* doc : docs("provisions.yaml")) {
        if (!base_only(*doc, "the provisions")) continue;
        for (const auto& node : items_of(report_, *doc)) {
            Keys keys(report_, *doc, node, "a provision");
            const auto id = keys.word("id", true);
            Provision provision{
                id.text, keys.word("gist", true).text, keys.word("does", true).text};
            keys.done();
            if (enter(*doc, "provision", id, out_.provisions.size(), false))
                out_.provisions.push_back(std::move(provision));
        }
    }
}

void Loader::load_sources() {
    for (const Doc* doc : docs("sources.yaml")) {
        for (const auto& node : items_of(report_, *doc)) {
            Keys keys(report_, *doc, node, "a source");
            const auto key = keys.word("key", true);
            Source source{key.text, keys.word("title", true).text, keys.word("year").text};
            for (const auto name : {"url", "note", "date", "by"}) keys.word(name);
            tag(keys);
            keys.done();
            if (key.text.empty()) continue;
            const bool taken =
                std::any_of(out_.sources.begin(), out_.sources.end(), [&](const Source& other) {
                    return other.key == key.text;
                });
            if (taken)
                report_.error(*doc, key.at, fmt::format("'{}' stands twice", key.text));
            else
                out_.sources.push_back(std::move(source));
        }
    }
}

void Loader::load_categories() {
    for (const Doc* doc : docs("categories.yaml")) {
        if (!base_only(*doc, "the categories")) continue;
        for (const auto& node : items_of(report_, *doc)) {
            Keys keys(report_, *doc, node, "a category");
            const auto id = keys.word("id", true);
            Category category;
            category.id = id.text;
            category.title = keys.text("title", true);
            keys.text("help");
            for (const auto& about : keys.words("about")) {
                const auto& red = out_.red_subjects;
                category.red = true;
                category.about.push_back(about.text);
                if (std::find(red.begin(), red.end(), about.text) != red.end()) continue;
                keys.error(
                    about.at,
                    fmt::format("red-lines.yaml has no subject '{}'", about.text),
                    cel::nearest(about.text, {red.begin(), red.end()})
                );
            }
            keys.done();
            if (out_.categories.size() >= categories_max)
                report_.error(*doc, id.at, fmt::format("more than {} categories", categories_max));
            else if (enter(*doc, "category", id, out_.categories.size(), false))
                out_.categories.push_back(std::move(category));
        }
    }
}

void Loader::load_purposes() {
    for (const Doc* doc : docs("purposes.yaml")) {
        if (!base_only(*doc, "the purposes")) continue;
        for (const auto& node : items_of(report_, *doc)) {
            Keys keys(report_, *doc, node, "a purpose");
            const auto id = keys.word("id", true);
            Purpose purpose;
            purpose.id = id.text;
            purpose.title = keys.text("title", true);
            purpose.prohibited = keys.flag("prohibited", false);
            purpose.answer = keys.text("answer");
            if (purpose.prohibited && purpose.answer.empty())
                keys.error(keys.at(), "a prohibited purpose needs the 'answer' that is given");
            check_source(keys, "source");
            keys.done();
            if (enter(*doc, "purpose", id, out_.purposes.size(), false))
                out_.purposes.push_back(std::move(purpose));
        }
    }
}

void Loader::load_red_lines() {
    for (const Doc* doc : docs("red-lines.yaml")) {
        Keys keys(report_, *doc, doc->root, "red-lines.yaml");
        for (auto& subject : keys.words("subjects")) out_.red_subjects.push_back(subject.text);
        if (const auto rule = keys.word("rule"); !rule.text.empty() && doc->layer == 0)
            out_.red_rule = rule.text + ": ";
        if (const Node* words = keys.get("words")) {
            if (!words->is(Node::Kind::map))
                keys.error(words->at, "'words' is written by language: {en: [a, b]}");
            for (const auto& entry : words->entries) {
                for (const auto& item : entry.value.items)
                    out_.red_words.push_back({entry.key, fold(item.text), item.text});
                if (!entry.value.is(Node::Kind::list))
                    keys.error(entry.at, "the words of a language are a list");
            }
        }
        for (const auto& phrase : keys.words("allowed")) {
            if (doc->layer != 0)
                keys.error(phrase.at, "an overlay may not allow a phrase");
            else
                out_.allowed_phrases.push_back(fold(phrase.text));
        }
        if (const Node* ladders = keys.get("ladders")) {
            for (const auto& ladder : ladders->items) {
                auto& words = out_.ladders.emplace_back();
                for (const auto& rung : ladder.items) words.push_back(fold(rung.text));
            }
        }
        keys.done();
    }
}

void Loader::load_acts() {
    for (const Doc* doc : docs("acts.yaml")) {
        for (const auto& node : items_of(report_, *doc)) {
            Keys keys(report_, *doc, node, "an act");
            const auto id = keys.word("act", true);
            Act act;
            act.id = id.text;
            act.title = keys.text("title", true);
            act.help = keys.text("help");
            act.on_file = keys.flag("on_file", true);
            act.roles = refer_all(keys, "roles", "role", "role");
            act.side = side(keys, Side::both);
            act.basis = basis(keys);
            keys.done();
            if (enter(*doc, "act", id, out_.acts.size(), true)) out_.acts.push_back(std::move(act));
        }
    }
}

}  // namespace homeward::policy
