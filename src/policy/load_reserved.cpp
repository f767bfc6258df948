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
        refuse_second_reason(*site.doc, summary->at, kind.find(summary->text), "a summary");
        for (const auto& item : summary->items)
            refuse_second_reason(*site.doc, item.at, kind.find(item.text), "a summary");
    }
}

void Loader::refuse_second_reason(
    const Doc& doc, const Place& at, const Field* field, std::string_view where
) {
    if (field == nullptr || !field->second_reason) return;
    report_.error(
        doc,
        at,
        fmt::format("'{}' needs a second reason; {} would show it without one", field->id, where)
    );
}

}  // namespace homeward::policy
