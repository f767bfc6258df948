#include "policy/pack_data.hpp"

#include <algorithm>

namespace homeward::policy {
namespace {

json::value view(std::string_view text) {
    return json::value(json::string_view(text.data(), text.size()));
}

/// What a letter lets a role do with the fields of a category; empty: nothing.
std::string_view may_of(Letter letter) {
    switch (letter) {
        case 'W':
        case 'S':
        case 'A':
        case 'C':
            return "write";
        case 'R':
        case 'm':
        case 'c':
        case 'g':
            return "read";
        default:
            return "";
    }
}

/// Writes a pack for one language and, when there is one, for one role.
class PackWriter {
  public:
    PackWriter(const Pack& pack, std::string_view language, const Role* role)
        : pack_(pack), language_(language), role_(role) {}

    json::object write() const {
        json::object out;
        out["pack"] = pack_.name();
        out["version"] = pack_.version();
        out["digest"] = pack_.digest();
        out["title"] = text(pack_.title());
        out["lang"] = view(language_);
        json::array languages;
        for (const auto& one : pack_.languages()) languages.emplace_back(one);
        out["languages"] = std::move(languages);
        out["time_zone"] = pack_.time_zone();
        out["dossiers"] = dossiers();
        out["categories"] = categories();
        out["kinds"] = kinds();
        out["codes"] = codes();
        out["safeguards"] = safeguards();
        out["acts"] = acts();
        out["parameters"] = parameters();
        out["roles"] = titled(pack_.roles());
        if (role_ != nullptr) out["scope"] = view(name_of(role_->scope));
        out["purposes"] = purposes();
        out["provisions"] = provisions();
        out["texts"] = texts();
        return out;
    }

  private:
    json::value text(const Text& text) const { return view(text.in(language_)); }

    template <class Indexes, class Items>
    static json::array ids(const Indexes& indexes, const Items& items) {
        json::array out;
        for (const auto index : indexes) out.emplace_back(items[index].id);
        return out;
    }

    template <class Items>
    json::array titled(const Items& items) const {
        json::array out;
        for (const auto& item : items) {
            json::object one;
            one["id"] = item.id;
            one["title"] = text(item.title);
            out.push_back(std::move(one));
        }
        return out;
    }

    Letter letter(std::uint8_t category) const {
        return role_ == nullptr ? 'W' : role_->access[category];
    }

    bool sees(const Field& field, const Kind& kind) const {
        const auto of = letter(field.category);
        if (of == 'm') return is_minimal(field, kind);
        return !may_of(of).empty() || shows_inside(field, kind);
    }

    /// A group is shown when one of its fields is.
    bool shows_inside(const Field& field, const Kind& kind) const {
        return std::any_of(field.fields.begin(), field.fields.end(), [&](const Field& inner) {
            return sees(inner, kind);
        });
    }

    bool is_minimal(const Field& field, const Kind& kind) const {
        for (const auto& [category, refs] : role_->minimal) {
            if (category != field.category) continue;
            for (const auto& ref : refs) {
                const auto& known = pack_.kinds()[ref.kind];
                // The fields inside a minimal group come with it.
                const auto path = pack_.path(known.fields[ref.field].path);
                const auto own = pack_.path(field.path);
                const bool inside = own.substr(0, path.size()) == path &&
                                    (own.size() == path.size() || own[path.size()] == '.');
                if (known.id == kind.id && inside) return true;
            }
        }
        return false;
    }

    json::array dossiers() const {
        json::array out;
        for (const auto& type : pack_.dossier_types()) {
            json::object one;
            one["dossier"] = type.id;
            one["title"] = text(type.title);
            one["kinds"] = ids(type.kinds, pack_.kinds());
            if (!type.subject_name.empty()) {
                one["subject"] = json::object{
                    {"name", type.subject_name}, {"kind", pack_.kinds()[type.subject].id}};
            }
            if (type.birth) one["birth"] = place(*type.birth);
            json::array labels;
            for (const auto& ref : type.labels) labels.push_back(place(ref));
            if (!labels.empty()) one["labels"] = std::move(labels);
            if (type.names) one["names"] = place(*type.names);
            out.push_back(std::move(one));
        }
        return out;
    }

    json::object place(const FieldRef& ref) const {
        const auto& kind = pack_.kinds()[ref.kind];
        return {{"kind", kind.id}, {"field", kind.fields[ref.field].id}};
    }

    json::array categories() const {
        json::array out;
        for (std::uint8_t i = 0; i < pack_.categories().size(); ++i) {
            json::object one;
            one["id"] = pack_.categories()[i].id;
            one["title"] = text(pack_.categories()[i].title);
            if (role_ != nullptr) one["letter"] = std::string(1, letter(i));
            out.push_back(std::move(one));
        }
        return out;
    }

    json::array kinds() const {
        json::array out;
        for (const auto& kind : pack_.kinds()) {
            auto fields = fields_of(kind.fields, kind);
            if (role_ != nullptr && fields.empty()) continue;
            json::object one;
            one["kind"] = kind.id;
            one["dossier"] = pack_.dossier_types()[kind.dossier].id;
            one["title"] = text(kind.title);
            if (!kind.help.empty()) one["help"] = text(kind.help);
            one["side"] = view(name_of(kind.side));
            one["category"] = pack_.categories()[kind.category].id;
            one["repeats"] = kind.repeats;
            one["basis"] = ids(kind.basis, pack_.provisions());
            if (kind.when) one["when"] = kind.fields[*kind.when].id;
            one["summary"] = ids(kind.summary, kind.fields);
            if (kind.episode) {
                json::object episode;
                episode["start"] = kind.fields[kind.episode->start].id;
                episode["end"] = kind.fields[kind.episode->end].id;
                one["episode"] = std::move(episode);
            }
            one["may"] = view(may_of_all(kind.fields, kind));
            one["fields"] = std::move(fields);
            out.push_back(std::move(one));
        }
        return out;
    }

    /// What the role may do with a field; with a group, what it may do with any field inside.
    std::string_view may_of_field(const Field& field, const Kind& kind) const {
        if (field.type == FieldType::computed) return "read";
        const auto own = may_of(letter(field.category));
        return own == "write" || field.fields.empty() ? own : may_of_all(field.fields, kind);
    }

    std::string_view may_of_all(const std::vector<Field>& fields, const Kind& kind) const {
        const bool writes = std::any_of(fields.begin(), fields.end(), [&](const Field& field) {
            return sees(field, kind) && may_of_field(field, kind) == "write";
        });
        return writes ? "write" : "read";
    }

    json::array fields_of(const std::vector<Field>& fields, const Kind& kind) const {
        json::array out;
        for (const auto& field : fields)
            if (sees(field, kind)) out.push_back(field_of(field, kind));
        return out;
    }

    json::object field_of(const Field& field, const Kind& kind) const {
        json::object one;
        one["id"] = field.id;
        one["type"] = view(name_of(field.type));
        one["title"] = text(field.title);
        if (!field.help.empty()) one["help"] = text(field.help);
        one["category"] = pack_.categories()[field.category].id;
        if (!field.basis.empty()) one["basis"] = ids(field.basis, pack_.provisions());
        if (field.required) one["required"] = true;
        if (field.repeats) one["repeats"] = true;
        if (field.second_reason) one["second_reason"] = true;
        if (field.account) one["account"] = true;
        if (field.has_codes) one["codes"] = pack_.code_lists()[field.codes].id;
        if (!field.to.empty()) one["to"] = field.to;
        if (field.min) one["min"] = *field.min;
        if (field.max) one["max"] = *field.max;
        if (!field.unit.empty()) one["unit"] = field.unit;
        if (!field.says.empty()) one["says"] = text(field.says);
        if (field.shown) one["shown"] = field.shown_source;
        one["may"] = view(may_of_field(field, kind));
        if (field.type == FieldType::group) one["fields"] = fields_of(field.fields, kind);
        return one;
    }

    json::object codes() const {
        json::object out;
        for (const auto& list : pack_.code_lists()) {
            json::array items;
            for (const auto& code : list.codes) {
                json::object item;
                item["code"] = code.id;
                item["label"] = text(code.label);
                if (!code.help.empty()) item["help"] = text(code.help);
                items.push_back(std::move(item));
            }
            json::object one;
            one["title"] = text(list.title);
            if (!list.source.empty()) one["source"] = list.source;
            one["codes"] = std::move(items);
            json::object groups;
            for (const auto& [name, members] : list.groups) groups[name] = ids(members, list.codes);
            if (!groups.empty()) one["groups"] = std::move(groups);
            out[list.id] = std::move(one);
        }
        return out;
    }

    json::array safeguards() const {
        json::array out;
        for (const auto& safeguard : pack_.safeguards()) {
            json::object one;
            one["id"] = safeguard.id;
            one["title"] = text(safeguard.title);
            if (!safeguard.explain.empty()) one["explain"] = text(safeguard.explain);
            one["severity"] = view(name_of(safeguard.severity));
            one["dossier"] = pack_.dossier_types()[safeguard.dossier].id;
            if (safeguard.about) one["about"] = pack_.kinds()[*safeguard.about].id;
            one["basis"] = ids(safeguard.basis, pack_.provisions());
            json::array sources;
            for (const auto& source : safeguard.source) sources.emplace_back(source);
            one["source"] = std::move(sources);
            if (!safeguard.tag.empty()) one["tag"] = safeguard.tag;
            one["tells"] = ids(safeguard.tells, pack_.roles());
            one["blocks"] = ids(safeguard.blocks, pack_.acts());
            one["parameters"] = ids(safeguard.parameters, pack_.parameters());
            if (safeguard.remedy) one["remedy"] = text(safeguard.remedy->title);
            out.push_back(std::move(one));
        }
        return out;
    }

    bool may_do(const Act& act) const {
        if (role_ == nullptr) return true;
        const auto& may = role_->may;
        const auto index = pack_.index_of(*role_);
        return std::find(may.begin(), may.end(), act.id) != may.end() ||
               std::find(act.roles.begin(), act.roles.end(), index) != act.roles.end();
    }

    json::array acts() const {
        json::array out;
        for (const auto& act : pack_.acts()) {
            json::object one;
            one["act"] = act.id;
            one["may"] = may_do(act);
            one["title"] = text(act.title);
            if (!act.help.empty()) one["help"] = text(act.help);
            if (!act.on_file) one["on_file"] = false;
            one["side"] = view(name_of(act.side));
            one["basis"] = ids(act.basis, pack_.provisions());
            out.push_back(std::move(one));
        }
        return out;
    }

    json::array parameters() const {
        json::array out;
        for (const auto& parameter : pack_.parameters()) {
            json::object one;
            one["id"] = parameter.id;
            one["title"] = text(parameter.title);
            one["unit"] = view(name_of(parameter.unit));
            if (parameter.unit == Unit::text)
                one["value"] = parameter.text;
            else
                one["value"] = parameter.number;
            if (parameter.standard) one["standard"] = *parameter.standard;
            one["below_standard"] = parameter.below_standard;
            one["absolute"] = parameter.absolute;
            one["source"] = parameter.source;
            if (!parameter.tag.empty()) one["tag"] = parameter.tag;
            one["basis"] = ids(parameter.basis, pack_.provisions());
            out.push_back(std::move(one));
        }
        return out;
    }

    json::array purposes() const {
        json::array out;
        for (std::uint16_t i = 0; i < pack_.purposes().size(); ++i) {
            const auto& purpose = pack_.purposes()[i];
            if (role_ != nullptr && std::find(role_->purposes.begin(), role_->purposes.end(), i) ==
                                        role_->purposes.end())
                continue;
            json::object one;
            one["id"] = purpose.id;
            one["title"] = text(purpose.title);
            one["prohibited"] = purpose.prohibited;
            if (!purpose.answer.empty()) one["answer"] = text(purpose.answer);
            out.push_back(std::move(one));
        }
        return out;
    }

    json::array provisions() const {
        json::array out;
        for (const auto& provision : pack_.provisions())
            out.push_back(json::object{{"id", provision.id}, {"gist", provision.gist}});
        return out;
    }

    /// The texts of the pages; those of forms and rules stand where they belong.
    json::object texts() const {
        json::object out;
        for (const auto& [key, of] : pack_.data().texts)
            if (key.starts_with("ui.")) out[key] = text(of);
        return out;
    }

    const Pack& pack_;
    std::string_view language_;
    const Role* role_;
};

}  // namespace

json::object Pack::to_json(std::string_view language, const Role* role) const {
    return PackWriter(*this, language, role).write();
}

}  // namespace homeward::policy
