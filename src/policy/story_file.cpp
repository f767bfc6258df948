#include "policy/story_file.hpp"

#include "cel/text.hpp"
#include "policy/loader.hpp"
#include "policy/values.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

namespace homeward::policy {
namespace {

/// An id that only depends on the story's label.
Id id_of(std::string_view label) {
    Id out;
    for (int half = 0; half < 2; ++half) {
        std::uint64_t hash = 0xcbf29ce484222325 + static_cast<std::uint64_t>(half);
        for (const char c : label) hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3;
        for (std::size_t i = 0; i < 8; ++i)
            out.bytes[static_cast<std::size_t>(half) * 8 + i] =
                static_cast<std::byte>(hash >> (8 * i));
    }
    return out;
}

bool is_number(FieldType type) { return type == FieldType::number || type == FieldType::scale; }

class StoryReader {
  public:
    StoryReader(const Doc& doc, Report& report, StoryReport& out)
        : doc_(doc), report_(report), out_(out) {}

    StoryFile read(const PackSource& packs) {
        StoryFile story;
        Keys keys(report_, doc_, doc_.root, "a story");
        if (!keys.ok()) return story;
        out_.title = keys.word("story", true).text;
        keys.text("about");
        for (const auto& basis : keys.words("basis")) (void)basis;
        const auto type = keys.word("dossier", true);
        const auto wanted = pack_wanted(keys);
        const Node* records = keys.need("records");
        const Node* moments = keys.get("moments");
        keys.done();
        if (report_.failed()) return story;
        auto loaded = packs(wanted);
        if (!loaded.pack) {
            out_.problems = std::move(loaded.errors);
            return story;
        }
        out_.pack = std::move(loaded.pack);
        story.type = out_.pack->find_dossier_type(type.text);
        if (story.type == nullptr)
            report_.error(doc_, type.at, fmt::format("there is no dossier type '{}'", type.text));
        if (records != nullptr) read_records(*records, story);
        if (moments != nullptr) read_moments(*moments, story);
        return story;
    }

  private:
    StoryPack pack_wanted(Keys& keys) {
        StoryPack wanted;
        for (auto& word : keys.words("overlay")) wanted.overlays.push_back(std::move(word.text));
        const Node* parameters = keys.get("parameters");
        if (parameters == nullptr) return wanted;
        std::string text;
        for (const auto& entry : parameters->entries)
            text += fmt::format("- {{id: {}, value: {}}}\n", entry.key, entry.value.text);
        Layer layer{"story", {{"parameters.yaml", std::move(text)}}};
        wanted.extra.push_back(std::move(layer));
        return wanted;
    }

    Instant time(Keys& keys) {
        const auto word = keys.word("at", true);
        if (word.text.empty()) return {};
        const auto at = parse_instant(word.text);
        if (!at) keys.error(word.at, at.error().text);
        return at.value_or(Instant());
    }

    void read_records(const Node& list, StoryFile& story) {
        if (!list.is(Node::Kind::list)) report_.error(doc_, list.at, "'records' is a list");
        if (list.items.size() > story_records_max) {
            report_.error(doc_, list.at, fmt::format("more than {} records", story_records_max));
            return;
        }
        // Labels come first, so that a record can refer to a later one.
        for (const auto& node : list.items)
            if (const Node* id = node.find("id"))
                out_.labels.emplace_back(id->text, id_of(id->text));
        for (const auto& node : list.items) {
            if (node.find("amend") != nullptr)
                read_change(node, story);
            else
                read_record(node, story);
        }
    }

    void read_record(const Node& node, StoryFile& story) {
        Keys keys(report_, doc_, node, "a record");
        if (!keys.ok()) return;
        const auto id = keys.word("id", true);
        const auto kind = keys.word("kind", true);
        StoryRecord record;
        record.at = time(keys);
        record.by = keys.word("by").text;
        const Node* data = keys.get("data");
        keys.done();
        record.id = id_of(id.text);
        const bool twice =
            std::any_of(story.records.begin(), story.records.end(), [&](auto& other) {
                return other.id == record.id;
            });
        if (twice) keys.error(id.at, fmt::format("the record '{}' stands twice", id.text));
        record.kind = out_.pack->find_kind(kind.text);
        if (record.kind == nullptr) {
            std::vector<std::string_view> names;
            for (const auto& one : out_.pack->kinds()) names.emplace_back(one.id);
            if (!kind.text.empty())
                keys.error(
                    kind.at,
                    fmt::format("there is no kind '{}'", kind.text),
                    cel::nearest(kind.text, names)
                );
            return;
        }
        if (story.type != nullptr &&
            &out_.pack->dossier_types()[record.kind->dossier] != story.type)
            keys.error(kind.at, fmt::format("'{}' is a kind of another dossier type", kind.text));
        if (data != nullptr) {
            record.data = object(record.kind->fields, *data);
            check(*record.kind, *data, record.data);
        }
        story.records.push_back(std::move(record));
    }

    void read_change(const Node& node, StoryFile& story) {
        Keys keys(report_, doc_, node, "a change");
        const auto label = keys.word("amend", true);
        const auto at = time(keys);
        keys.word("by");
        const Node* data = keys.need("data");
        keys.done();
        const auto id = id_of(label.text);
        const auto record = std::find_if(
            story.records.begin(), story.records.end(), [&](auto& one) { return one.id == id; }
        );
        if (record == story.records.end()) {
            keys.error(label.at, fmt::format("no record '{}' stands above", label.text));
            return;
        }
        if (data == nullptr) return;
        auto patch = object(record->kind->fields, *data);
        check(*record->kind, *data, merge_patch(record->data, patch));
        auto& changes = record->changes;
        const auto after = std::find_if(changes.begin(), changes.end(), [&](auto& other) {
            return other.at > at;
        });
        changes.insert(after, {at, std::move(patch)});
    }

    void check(const Kind& kind, const Node& node, const json::object& data) {
        const auto parsed = parse_data(*out_.pack, kind, data);
        if (parsed) return;
        const auto& error = parsed.error();
        report_.error(
            doc_,
            place_of(node, error.pointer),
            fmt::format("{} of {}: {}", error.pointer, kind.id, error.text)
        );
    }

    /// The place of a JSON pointer in the YAML that the data came from, as far as it leads.
    static Place place_of(const Node& node, std::string_view pointer) {
        const Node* at = &node;
        while (!pointer.empty()) {
            pointer.remove_prefix(1);
            const auto step = pointer.substr(0, pointer.find('/'));
            pointer.remove_prefix(step.size());
            const Node* next = at->find(step);
            std::size_t index = 0;
            const auto [end, problem] =
                std::from_chars(step.data(), step.data() + step.size(), index);
            if (next == nullptr && problem == std::errc() && index < at->items.size())
                next = &at->items[index];
            if (next == nullptr) break;
            at = next;
        }
        return at->at;
    }

    json::object object(const std::vector<Field>& fields, const Node& node) {
        json::object out;
        if (!node.is(Node::Kind::map)) report_.error(doc_, node.at, "data are keys and values");
        for (const auto& entry : node.entries) {
            const auto field = std::find_if(fields.begin(), fields.end(), [&](const Field& f) {
                return f.id == entry.key;
            });
            out[entry.key] = value(field == fields.end() ? nullptr : &*field, entry.value);
        }
        return out;
    }

    /// YAML has no types of ours: what a field takes decides how a plain word is read.
    json::value value(const Field* field, const Node& node) {
        switch (node.kind) {
            case Node::Kind::null:
                return nullptr;
            case Node::Kind::scalar:
                return scalar(field, node);
            case Node::Kind::list: {
                json::array out;
                for (const auto& item : node.items) out.push_back(value(field, item));
                return out;
            }
            case Node::Kind::map:
                break;
        }
        if (field != nullptr && field->type == FieldType::group && node.find("unknown") == nullptr)
            return object(field->fields, node);
        json::object out;
        for (const auto& entry : node.entries) {
            const bool years = entry.key == "low" || entry.key == "high";
            out[entry.key] = years ? number(entry.value) : value(nullptr, entry.value);
        }
        return out;
    }

    json::value scalar(const Field* field, const Node& node) {
        if (field == nullptr) return json::value(node.text);
        if (is_number(field->type)) return number(node);
        if (field->type == FieldType::tri && node.style == Node::Style::plain) {
            if (node.text == "true") return json::value("yes");
            if (node.text == "false") return json::value("no");
        }
        if (field->type == FieldType::reference) {
            for (const auto& [label, id] : out_.labels)
                if (label == node.text) return json::value(to_text(id));
            // A record of elsewhere; its label stands for it in this story.
            if (!parse_id(node.text)) return json::value(to_text(id_of(node.text)));
        }
        return json::value(node.text);
    }

    static json::value number(const Node& node) {
        std::int64_t out = 0;
        const auto* end = node.text.data() + node.text.size();
        const auto [stop, problem] = std::from_chars(node.text.data(), end, out);
        if (problem == std::errc() && stop == end) return out;
        return json::value(node.text);
    }

    void read_moments(const Node& list, StoryFile& story) {
        if (!list.is(Node::Kind::list)) report_.error(doc_, list.at, "'moments' is a list");
        if (list.items.size() > story_moments_max)
            report_.error(doc_, list.at, fmt::format("more than {} moments", story_moments_max));
        for (const auto& node : list.items) {
            Keys keys(report_, doc_, node, "a moment");
            if (!keys.ok()) continue;
            Expected expected;
            expected.at = time(keys);
            expected.line = node.at.line;
            keys.text("note");
            expected.exact = expectations(keys);
            if (const Node* includes = keys.get("includes")) {
                Keys own(report_, doc_, *includes, "'includes'");
                expected.includes = expectations(own);
                own.done();
            }
            expected.excludes = names(keys, "excludes");
            keys.done();
            story.moments.push_back(std::move(expected));
        }
    }

    std::vector<std::pair<Outcome, std::vector<Named>>> expectations(Keys& keys) {
        std::vector<std::pair<Outcome, std::vector<Named>>> out;
        for (const auto outcome :
             {Outcome::breached,
              Outcome::running,
              Outcome::unknown,
              Outcome::met,
              Outcome::not_applicable})
            if (keys.get(name_of(outcome)) != nullptr)
                out.emplace_back(outcome, names(keys, name_of(outcome)));
        return out;
    }

    std::vector<Named> names(Keys& keys, std::string_view key) {
        std::vector<Named> out;
        for (auto& word : keys.words(key)) {
            const auto at = word.text.find('@');
            const auto id = word.text.substr(0, at);
            if (out_.pack->find_safeguard(id) == nullptr) {
                std::vector<std::string_view> known;
                for (const auto& one : out_.pack->safeguards()) known.emplace_back(one.id);
                keys.error(
                    word.at, fmt::format("there is no safeguard '{}'", id), cel::nearest(id, known)
                );
            }
            const bool labelled =
                at == std::string::npos ||
                std::any_of(out_.labels.begin(), out_.labels.end(), [&](const auto& label) {
                    return label.first == word.text.substr(at + 1);
                });
            if (!labelled)
                keys.error(
                    word.at, fmt::format("there is no record '{}'", word.text.substr(at + 1))
                );
            out.push_back({std::move(word.text), word.at.line});
        }
        return out;
    }

    const Doc& doc_;
    Report& report_;
    StoryReport& out_;
};

}  // namespace

StoryFile read_story(
    std::string_view file, std::string_view text, const PackSource& packs, StoryReport& report
) {
    Doc doc;
    doc.name = file;
    doc.path = file;
    doc.text = text;
    doc.root = parse_yaml(file, text, {}, report.problems);
    if (!report.problems.empty()) return {};
    Report problems(PackLimits().problems_max);
    auto story = StoryReader(doc, problems, report).read(packs);
    for (auto& problem : problems.take_errors()) report.problems.push_back(std::move(problem));
    return story;
}

}  // namespace homeward::policy
