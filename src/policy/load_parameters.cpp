#include "policy/loader.hpp"

#include <fmt/format.h>

namespace homeward::policy {
namespace {

/// Whether `value` asks less of a State than `than` does.
bool laxer(const Parameter& parameter, std::int64_t value, std::int64_t than) {
    return parameter.higher_is_stricter ? value < than : value > than;
}

std::optional<Unit> unit_named(std::string_view name) {
    for (const auto unit :
         {Unit::minutes,
          Unit::hours,
          Unit::days,
          Unit::months,
          Unit::years,
          Unit::number,
          Unit::text})
        if (name_of(unit) == name) return unit;
    return {};
}

}  // namespace

void Loader::load_parameters() {
    for (const Doc* doc : docs("parameters.yaml")) {
        if (!doc->root.is(Node::Kind::list))
            report_.error(*doc, doc->root.at, "this file holds a list");
        for (const auto& node : doc->root.items) load_parameter(*doc, node);
    }
}

void Loader::load_parameter(const Doc& doc, const Node& node) {
    Keys keys(report_, doc, node, "a parameter");
    const auto id = keys.word("id", true);
    const auto known = out_.find("parameter", id.text);
    const auto first = first_sites_.find("parameter " + id.text);
    if (known && first->second.doc->layer < doc.layer)
        return set_parameter(keys, out_.parameters[*known]);

    Parameter parameter;
    parameter.id = id.text;
    parameter.title = keys.text("title", true);
    keys.text("help");
    const auto unit = keys.word("unit", true);
    parameter.unit = unit_named(unit.text).value_or(Unit::number);
    if (!unit.text.empty() && !unit_named(unit.text))
        keys.error(unit.at, "'unit' is minutes, hours, days, months, years, number or text");
    if (parameter.unit == Unit::text) {
        parameter.text = keys.word("value", true).text;
    } else {
        keys.need("value");
        parameter.number = keys.number("value").value_or(0);
    }
    const auto stricter = keys.word("stricter", parameter.unit != Unit::text);
    parameter.higher_is_stricter = stricter.text == "higher";
    if (!stricter.text.empty() && stricter.text != "higher" && stricter.text != "lower")
        keys.error(stricter.at, "'stricter' is lower or higher");
    parameter.standard = keys.number("standard");
    parameter.absolute = keys.flag("absolute", false);
    const auto floor = keys.number("floor");
    const auto ceiling = keys.number("ceiling");
    if (floor && !parameter.higher_is_stricter)
        keys.error(keys.at(), "the lax side of stricter: lower is a 'ceiling'", "ceiling");
    if (ceiling && parameter.higher_is_stricter)
        keys.error(keys.at(), "the lax side of stricter: higher is a 'floor'", "floor");
    parameter.limit = parameter.higher_is_stricter ? floor : ceiling;
    parameter.basis = basis(keys);
    parameter.source = keys.word("source").text;
    check_source(keys, "source");
    parameter.tag = tag(keys);
    keys.done();
    judge_parameter(doc, node.at, parameter, parameter.number);
    if (enter(doc, "parameter", id, out_.parameters.size(), false))
        out_.parameters.push_back(std::move(parameter));
}

void Loader::set_parameter(Keys& keys, Parameter& parameter) {
    const auto& doc = keys.doc();
    const auto before = parameter.number;
    if (parameter.absolute) {
        keys.error(keys.at(), fmt::format("'{}' is absolute and has no setting", parameter.id));
        return;
    }
    if (parameter.unit == Unit::text)
        parameter.text = keys.word("value", true).text;
    else if (const auto value = keys.number("value"))
        parameter.number = *value;
    else
        keys.need("value");
    parameter.source = keys.word("source").text;
    check_source(keys, "source");
    parameter.tag = tag(keys);
    for (const auto key : {"title", "unit", "stricter", "standard", "floor", "ceiling", "absolute"})
        if (keys.get(key) != nullptr)
            keys.error(
                keys.at(),
                fmt::format("an overlay sets the value of '{}', not its '{}'", parameter.id, key)
            );
    keys.done();
    judge_parameter(doc, keys.at(), parameter, before);
}

void Loader::judge_parameter(const Doc& doc, Place at, Parameter& parameter, std::int64_t before) {
    if (parameter.unit == Unit::text) return;
    const auto unit = name_of(parameter.unit);
    if (parameter.number < 0)
        report_.error(doc, at, fmt::format("'{}' is below zero", parameter.id));
    if (parameter.limit && laxer(parameter, parameter.number, *parameter.limit)) {
        report_.error(
            doc,
            at,
            fmt::format(
                "'{}' is {} {}: the {} is {}",
                parameter.id,
                parameter.number,
                unit,
                parameter.higher_is_stricter ? "floor" : "ceiling",
                *parameter.limit
            )
        );
    }
    const bool below =
        parameter.standard && laxer(parameter, parameter.number, *parameter.standard);
    parameter.below_standard = below;
    if (below && parameter.absolute)
        report_.error(doc, at, fmt::format("'{}' is absolute: it is the standard", parameter.id));
    if (below) {
        report_.warn(
            doc,
            at,
            fmt::format(
                "below international standard: '{}' is {} {}, the standard is {}",
                parameter.id,
                parameter.number,
                unit,
                *parameter.standard
            )
        );
    } else if (laxer(parameter, parameter.number, before)) {
        report_.warn(
            doc,
            at,
            fmt::format(
                "'{}' is {} {}, laxer than the {} of the pack",
                parameter.id,
                parameter.number,
                unit,
                before
            )
        );
    }
}

}  // namespace homeward::policy
