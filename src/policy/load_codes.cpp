#include "cel/text.hpp"
#include "policy/loader.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace homeward::policy {

void Loader::load_codes() {
    for (const Doc* doc : docs("codes/")) {
        if (doc->root.is(Node::Kind::list))
            for (const auto& node : doc->root.items) load_code_list(*doc, node);
        else
            load_code_list(*doc, doc->root);
    }
}

void Loader::load_code_list(const Doc& doc, const Node& node) {
    Keys keys(report_, doc, node, "a code list");
    if (!keys.ok()) return;
    const auto extend = keys.word("extend");
    if (!extend.text.empty()) {
        if (doc.layer == 0) keys.error(extend.at, "only an overlay extends");
        if (const auto index = refer(doc, "codes", "code list", extend)) {
            const auto own = out_.code_lists[*index].codes.size();
            add_codes(keys, *index);
            add_groups(keys, *index, own);
            check_source(keys, "source");
            tag(keys);
        }
        return keys.done();
    }
    CodeList list;
    const auto id = keys.word("list", true);
    list.id = id.text;
    list.title = keys.text("title", true);
    keys.text("help");
    check_source(keys, "source");
    list.source = keys.word("source").text;
    list.tag = tag(keys);
    list.ordered = keys.flag("ordered", false);
    const auto index = static_cast<std::uint16_t>(out_.code_lists.size());
    if (!enter(doc, "codes", id, index, true)) return;
    list_sites_.push_back({{&doc, &node, id.at, doc.layer}});
    out_.code_lists.push_back(std::move(list));
    add_codes(keys, index);
    add_groups(keys, index, 0);
    keys.done();
}

void Loader::add_codes(Keys& keys, std::uint16_t index) {
    const auto& doc = keys.doc();
    const Node* codes = keys.need("codes");
    if (codes == nullptr) return;
    auto& list = out_.code_lists[index];
    if (!codes->is(Node::Kind::list)) keys.error(codes->at, "'codes' is a list of codes");
    for (const auto& node : codes->items) {
        Keys own(report_, doc, node, "a code");
        const auto id = own.word("code", true);
        CodeEntry code;
        code.id = id.text;
        code.label = own.text("label", true);
        code.help = own.text("help");
        tag(own);
        check_source(own, "source");
        own.done();
        if (list.codes.size() >= options_.limits.codes_max) {
            keys.error(id.at, fmt::format("more than {} codes", options_.limits.codes_max));
            return;
        }
        if (!enter(doc, "code " + list.id, id, list.codes.size(), false)) continue;
        list_sites_[index].push_back({&doc, &node, id.at, doc.layer});
        list.codes.push_back(std::move(code));
    }
}

void Loader::add_groups(Keys& keys, std::uint16_t index, std::size_t first_own) {
    const auto& doc = keys.doc();
    const Node* groups = keys.get("groups");
    if (groups == nullptr) return;
    auto& list = out_.code_lists[index];
    if (!groups->is(Node::Kind::map)) keys.error(groups->at, "'groups' is written name: [codes]");
    for (const auto& entry : groups->entries) {
        auto group = std::find_if(list.groups.begin(), list.groups.end(), [&](const auto& known) {
            return known.first == entry.key;
        });
        if (group == list.groups.end())
            group = list.groups.insert(list.groups.end(), {entry.key, {}});
        if (!entry.value.is(Node::Kind::list)) keys.error(entry.at, "a group is a list of codes");
        for (const auto& item : entry.value.items) {
            const auto code = refer(doc, "code " + list.id, "code", {item.text, item.at});
            if (!code) continue;
            if (*code < first_own)
                keys.error(item.at, "an overlay groups codes of its own only", {});
            else
                group->second.push_back(*code);
        }
    }
}

}  // namespace homeward::policy
