#include "demo/people.hpp"

#include <array>

namespace homeward::demo {
namespace {

constexpr std::array<std::string_view, 24> first_words{
    "Amber",  "Birch",  "Cedar",   "Coral",   "Dawn",     "Ember", "Fern",   "Garnet",
    "Hazel",  "Indigo", "Jasmine", "Kestrel", "Laurel",   "Maple", "Nutmeg", "Opal",
    "Pebble", "Quartz", "River",   "Saffron", "Tamarind", "Umber", "Willow", "Zephyr"};
constexpr std::array<std::string_view, 24> second_words{
    "Anchor", "Bridge", "Candle", "Drum",    "Easel",    "Feather", "Garden",  "Harbour",
    "Island", "Jigsaw", "Kite",   "Lantern", "Meadow",   "Needle",  "Orchard", "Path",
    "Quilt",  "Ribbon", "Sail",   "Thread",  "Umbrella", "Valley",  "Window",  "Yard"};

/// One row of a CSV text without quotes, which these lists do not need.
std::vector<std::string> cells_of(std::string_view row) {
    std::vector<std::string> cells;
    while (true) {
        const auto end = row.find(',');
        cells.emplace_back(row.substr(0, end));
        if (end == std::string_view::npos) return cells;
        row.remove_prefix(end + 1);
    }
}

/// Shows every row after the heading.
template <class F>
Result<void> each_row(std::string_view text, std::size_t columns, F on_row) {
    bool heading = true;
    while (!text.empty()) {
        const auto end = std::min(text.find('\n'), text.size());
        const auto cells = cells_of(text.substr(0, end));
        text.remove_prefix(std::min(end + 1, text.size()));
        if (cells.size() != columns)
            return fail(Code::invalid, "a list row has another number of columns");
        if (!heading) on_row(cells);
        heading = false;
    }
    return {};
}

json::object part(std::string_view kind, const std::string& text) {
    return {{"kind", kind}, {"text", text}};
}

/// ISO 15924, from the first letter that tells.
std::string_view script_of(std::string_view text) {
    for (std::size_t i = 0; i + 1 < text.size(); ++i) {
        const auto lead = static_cast<unsigned char>(text[i]);
        if (lead >= 0xd8 && lead <= 0xdb) return "Arab";
        if (lead == 0xd0 || lead == 0xd1) return "Cyrl";
        if (lead == 0xe0) {
            const auto next = static_cast<unsigned char>(text[i + 1]);
            return next == 0xa6 || next == 0xa7 ? "Beng" : "Deva";
        }
    }
    return "Latn";
}

}  // namespace

Result<People> People::load(
    std::string_view forenames, std::string_view surnames, std::string_view places
) {
    People people;
    auto done = each_row(forenames, 4, [&](const std::vector<std::string>& cells) {
        people.forenames_[cells[0]][cells[1]].push_back({cells[2], cells[3]});
    });
    if (done)
        done = each_row(surnames, 3, [&](const std::vector<std::string>& cells) {
            people.surnames_[cells[0]].push_back({cells[1], cells[2]});
        });
    if (done)
        done = each_row(places, 3, [&](const std::vector<std::string>& cells) {
            people.places_[cells[0]].push_back({cells[1], cells[2]});
        });
    if (!done) return Failure{done.error()};
    for (const auto& [country, by_sex] : people.forenames_) {
        if (by_sex.contains("F") && by_sex.contains("M") && people.surnames_.contains(country) &&
            people.places_.contains(country))
            people.countries_.push_back(country);
    }
    if (people.countries_.empty()) return fail(Code::invalid, "no country has names and places");
    return people;
}

json::array People::names(Random& random, const std::string& country, std::string_view sex) const {
    const auto pick = [&random](const std::vector<Name>& from) -> const Name& {
        return from[static_cast<std::size_t>(
            random.between(0, static_cast<std::int64_t>(from.size()) - 1)
        )];
    };
    const auto& by_sex = forenames_.at(country);
    const auto found = by_sex.find(sex);
    const Name& given = pick(found != by_sex.end() ? found->second : by_sex.find("M")->second);
    const Name& father = pick(by_sex.find("M")->second);
    const Name& family = pick(surnames_.at(country));
    json::array out;
    const auto add = [&](std::string Name::*which) {
        out.push_back(json::object{
            {"parts",
             json::array{
                 part("given", given.*which),
                 part("father", father.*which),
                 part("family", family.*which)}},
            {"script", script_of(given.*which)},
        });
    };
    if (given.local != given.latin) add(&Name::local);
    add(&Name::latin);
    return out;
}

const Place& People::place(Random& random, const std::string& country) const {
    const auto& from = places_.at(country);
    return from[static_cast<std::size_t>(
        random.between(0, static_cast<std::int64_t>(from.size()) - 1)
    )];
}

std::string People::pseudonym(Random& random) {
    const auto word = [&random](const auto& words) {
        return std::string(words[static_cast<std::size_t>(
            random.between(0, static_cast<std::int64_t>(words.size()) - 1)
        )]);
    };
    std::string out = word(first_words) + ' ' + word(second_words);
    return out + ' ' + std::to_string(random.between(100, 999));
}

}  // namespace homeward::demo
