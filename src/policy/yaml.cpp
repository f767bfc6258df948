#include "policy/yaml.hpp"

#include "cel/text.hpp"

#include <fmt/format.h>
#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/exceptions.h>
#include <yaml-cpp/mark.h>
#include <yaml-cpp/parser.h>

#include <istream>
#include <streambuf>
#include <unordered_set>

namespace homeward::policy {
namespace {

Place place_of(const YAML::Mark& mark) {
    if (mark.is_null()) return {};
    return {static_cast<std::uint32_t>(mark.line) + 1, static_cast<std::uint32_t>(mark.column) + 1};
}

/// Where the lines of a text begin.
class Lines {
  public:
    explicit Lines(std::string_view text) : text_(text) {
        for (std::size_t at = 0; at != std::string_view::npos;) {
            starts_.push_back(at);
            const auto end = text.find('\n', at);
            at = end == std::string_view::npos ? end : end + 1;
        }
    }

    /// The text from a place on; empty when there is no such place.
    std::string_view from(Place at) const {
        if (at.line == 0 || at.column == 0 || at.line > starts_.size()) return {};
        const auto offset = starts_[at.line - 1] + at.column - 1;
        return offset >= text_.size() ? std::string_view() : text_.substr(offset);
    }

  private:
    std::string_view text_;
    std::vector<std::size_t> starts_;
};

/// Reads from memory without a copy.
class MemoryBuffer final : public std::streambuf {
  public:
    explicit MemoryBuffer(std::string_view text) {
        auto* first = const_cast<char*>(text.data());  // only ever read
        setg(first, first, first + text.size());
    }
};

/// Builds the tree from the parser's events. After the first fault it only listens.
class Builder final : public YAML::EventHandler {
  public:
    Builder(std::string_view file, const YamlLimits& limits, Problems& problems)
        : file_(file), limits_(limits), problems_(problems) {}

    void OnDocumentStart(const YAML::Mark& mark) override {
        if (++documents_ > 1) fault(mark, "a second document (---) in one file");
    }
    void OnDocumentEnd() override {}

    void OnNull(const YAML::Mark& mark, YAML::anchor_t anchor) override { begin(mark, "", anchor); }
    void OnAlias(const YAML::Mark& mark, YAML::anchor_t) override {
        fault(mark, "aliases (*name) are refused: write the value out");
    }
    void OnScalar(
        const YAML::Mark& mark,
        const std::string& tag,
        YAML::anchor_t anchor,
        const std::string& value
    ) override {
        if (failed_) return;
        if (wants_key()) return key(mark, anchor, value);
        Node* node = begin(mark, tag, anchor);
        if (node == nullptr) return;
        node->kind = Node::Kind::scalar;
        node->style = tag == "!" ? Node::Style::quoted : Node::Style::plain;
        node->text = value;
    }
    void OnSequenceStart(
        const YAML::Mark& mark,
        const std::string& tag,
        YAML::anchor_t anchor,
        YAML::EmitterStyle::value
    ) override {
        open(mark, tag, anchor, Node::Kind::list);
    }
    void OnSequenceEnd() override { close(); }
    void OnMapStart(
        const YAML::Mark& mark,
        const std::string& tag,
        YAML::anchor_t anchor,
        YAML::EmitterStyle::value
    ) override {
        open(mark, tag, anchor, Node::Kind::map);
    }
    void OnMapEnd() override { close(); }

    void fault(const YAML::Mark& mark, std::string what) {
        if (failed_) return;
        failed_ = true;
        const Place at = place_of(mark);
        problems_.push_back({std::string(file_), at.line, at.column, std::move(what), {}});
    }

    bool failed() const { return failed_; }
    Node take() { return std::move(root_); }

  private:
    struct Open {
        Node* node;
        bool has_key = false;  // of a map: a key waits for its value
        std::unordered_set<std::string> keys;
    };

    bool wants_key() const {
        return !stack_.empty() && stack_.back().node->is(Node::Kind::map) && !stack_.back().has_key;
    }

    void key(const YAML::Mark& mark, YAML::anchor_t anchor, const std::string& value) {
        if (anchor != 0) return fault(mark, "anchors (&name) are refused: write the value out");
        if (value == "<<") return fault(mark, "merge keys (<<) are refused: write the keys out");
        auto& top = stack_.back();
        if (!top.keys.insert(value).second)
            return fault(mark, fmt::format("the key '{}' stands twice", value));
        top.node->entries.push_back({value, place_of(mark), {}});
        top.has_key = true;
    }

    /// A place in the tree for the value that comes now, or null after a fault.
    Node* begin(const YAML::Mark& mark, std::string_view tag, YAML::anchor_t anchor) {
        if (failed_) return nullptr;
        if (wants_key()) {
            fault(mark, "a key must be a plain word");
        } else if (anchor != 0) {
            fault(mark, "anchors (&name) are refused: write the value out");
        } else if (!tag.empty() && tag != "?" && tag != "!") {
            fault(mark, "tags (!name) are refused");
        } else if (++nodes_ > limits_.nodes_max) {
            fault(mark, fmt::format("more than {} parts in one file", limits_.nodes_max));
        }
        if (failed_) return nullptr;
        Node* node = &root_;
        if (!stack_.empty()) {
            auto& top = stack_.back();
            if (top.node->is(Node::Kind::list)) {
                node = &top.node->items.emplace_back();
            } else {
                node = &top.node->entries.back().value;
                top.has_key = false;
            }
        }
        node->at = place_of(mark);
        return node;
    }

    void open(
        const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor, Node::Kind kind
    ) {
        if (stack_.size() >= limits_.depth_max && !failed_)
            fault(mark, fmt::format("nested deeper than {}", limits_.depth_max));
        Node* node = begin(mark, tag, anchor);
        if (node == nullptr) return;
        node->kind = kind;
        stack_.push_back({node, false, {}});
    }

    void close() {
        if (!failed_) stack_.pop_back();
    }

    std::string_view file_;
    const YamlLimits& limits_;
    Problems& problems_;
    Node root_;
    // Pointers stay good: a parent only grows after its last child was closed.
    std::vector<Open> stack_;
    std::size_t nodes_ = 0;
    std::size_t documents_ = 0;
    bool failed_ = false;
};

void mark_styles(Node& node, const Lines& lines) {
    if (node.is(Node::Kind::scalar) && node.style == Node::Style::quoted) {
        const auto rest = lines.from(node.at);
        if (!rest.empty() && rest[0] == '|') node.style = Node::Style::literal;
        if (!rest.empty() && rest[0] == '>') node.style = Node::Style::folded;
    }
    for (auto& item : node.items) mark_styles(item, lines);
    for (auto& entry : node.entries) mark_styles(entry.value, lines);
}

}  // namespace

const Node* Node::find(std::string_view key) const {
    for (const auto& entry : entries)
        if (entry.key == key) return &entry.value;
    return nullptr;
}

Node parse_yaml(
    std::string_view file, std::string_view text, const YamlLimits& limits, Problems& problems
) {
    const auto whole = [&](std::string what) {
        problems.push_back({std::string(file), 0, 0, std::move(what), {}});
        return Node();
    };
    if (text.size() > limits.bytes_max)
        return whole(fmt::format("larger than {} bytes", limits.bytes_max));
    if (!cel::is_utf8(text)) return whole("not UTF-8");
    // The parser guesses UTF-16 and -32 from zero bytes; no text of ours has one.
    if (text.find('\0') != std::string_view::npos) return whole("holds a zero byte");

    Builder builder(file, limits, problems);
    MemoryBuffer buffer(text);
    std::istream stream(&buffer);
    try {
        YAML::Parser parser(stream);
        while (!builder.failed() && parser.HandleNextDocument(builder)) {
        }
    } catch (const YAML::Exception& e) {
        builder.fault(e.mark, e.msg);
    }
    auto root = builder.take();
    mark_styles(root, Lines(text));
    return root;
}

Place place_within(
    std::string_view text, const Node& scalar, std::uint32_t line, std::uint32_t column
) {
    switch (scalar.style) {
        case Node::Style::plain:
            return line == 1 ? Place{scalar.at.line, scalar.at.column + column - 1} : scalar.at;
        case Node::Style::quoted:
            return line == 1 ? Place{scalar.at.line, scalar.at.column + column} : scalar.at;
        case Node::Style::folded:
            return scalar.at;
        case Node::Style::literal: {
            const auto row = Lines(text).from({scalar.at.line + line, 1});
            const auto first = row.find_first_not_of(' ');
            const auto indent = first == std::string_view::npos ? 0 : first;
            return {scalar.at.line + line, static_cast<std::uint32_t>(indent) + column};
        }
    }
    return scalar.at;
}

}  // namespace homeward::policy
