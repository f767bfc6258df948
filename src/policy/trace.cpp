#include "policy/trace.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace homeward::policy {
namespace {

class Tracer {
  public:
    Tracer(const Pack& pack, std::vector<Traced>& rows) : pack_(pack), rows_(rows) {}

    void kinds() {
        for (const auto& kind : pack_.kinds()) {
            for (const auto row : kind.basis) rows_[row].kinds.push_back(kind.id);
            fields(kind.fields);
        }
    }

    void lists() {
        for (const auto& safeguard : pack_.safeguards()) {
            for (const auto row : safeguard.basis) rows_[row].safeguards.push_back(safeguard.id);
        }
        for (const auto& act : pack_.acts())
            for (const auto row : act.basis) rows_[row].acts.push_back(act.id);
        for (const auto& parameter : pack_.parameters())
            for (const auto row : parameter.basis) rows_[row].parameters.push_back(parameter.id);
        for (const auto& role : pack_.roles())
            for (const auto row : role.basis) rows_[row].roles.push_back(role.id);
    }

    /// An item names provisions, or safeguards and with them their provisions.
    void others(std::span<const TraceItem> items) {
        for (const auto& item : items) {
            const auto name = fmt::format("{}: {}", item.what, item.name);
            for (const auto& id : item.basis) {
                if (const auto* provision = pack_.find_provision(id))
                    add(static_cast<std::size_t>(provision - pack_.provisions().data()), name);
                if (const auto* safeguard = pack_.find_safeguard(id))
                    for (const auto row : safeguard->basis) add(row, name);
            }
        }
    }

  private:
    void fields(const std::vector<Field>& list) {
        for (const auto& field : list) {
            for (const auto row : field.basis)
                rows_[row].fields.emplace_back(pack_.path(field.path));
            fields(field.fields);
        }
    }

    void add(std::size_t row, const std::string& name) {
        auto& others = rows_[row].others;
        if (std::find(others.begin(), others.end(), name) == others.end()) others.push_back(name);
    }

    const Pack& pack_;
    std::vector<Traced>& rows_;
};

using Column = std::pair<const char*, std::vector<std::string> Traced::*>;

constexpr std::array<Column, 7> columns{{
    {"kinds", &Traced::kinds},
    {"fields", &Traced::fields},
    {"safeguards", &Traced::safeguards},
    {"acts", &Traced::acts},
    {"parameters", &Traced::parameters},
    {"roles", &Traced::roles},
    {"others", &Traced::others},
}};

}  // namespace

std::vector<Traced> trace(const Pack& pack, std::span<const TraceItem> items) {
    std::vector<Traced> rows;
    for (const auto& provision : pack.provisions()) {
        Traced row;
        row.provision = provision.id;
        rows.push_back(std::move(row));
    }
    Tracer tracer(pack, rows);
    tracer.kinds();
    tracer.lists();
    tracer.others(items);
    for (auto& row : rows)
        row.covered = std::any_of(columns.begin(), columns.end(), [&](const Column& column) {
            return !(row.*column.second).empty();
        });
    return rows;
}

std::string to_text(std::span<const Traced> rows) {
    std::string out;
    std::size_t open = 0;
    for (const auto& row : rows) {
        out += fmt::format("{:<6}", row.provision);
        if (!row.covered) {
            out += " NOTHING\n";
            ++open;
            continue;
        }
        for (const auto& [name, list] : columns)
            if (!(row.*list).empty())
                out += fmt::format(" {}: {};", name, fmt::join(row.*list, ", "));
        out += "\n";
    }
    return out + fmt::format("{} provisions, {} with nothing\n", rows.size(), open);
}

json::object to_json(std::span<const Traced> rows) {
    json::array list;
    for (const auto& row : rows) {
        json::object item;
        item["provision"] = row.provision;
        item["covered"] = row.covered;
        for (const auto& [name, member] : columns) {
            json::array names;
            for (const auto& text : row.*member) names.emplace_back(text);
            item[name] = std::move(names);
        }
        list.push_back(std::move(item));
    }
    json::object out;
    out["provisions"] = std::move(list);
    return out;
}

}  // namespace homeward::policy
