#include "demo/template.hpp"

#include "demo/yaml.hpp"

#include <algorithm>
#include <charconv>
#include <map>

namespace homeward::demo {
namespace {

constexpr std::int64_t minute_us = 60 * us_per_second;

/// "90m", "3h", "2d", as microseconds; 0 for anything else.
std::int64_t length_of(std::string_view text) {
    std::int64_t number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error != std::errc{} || end == text.data() + text.size()) return 0;
    switch (*end) {
        case 'm':
            return number * minute_us;
        case 'h':
            return number * 60 * minute_us;
        case 'd':
            return number * us_per_day;
        default:
            return 0;
    }
}

/// A length, or one between two: "2h..3d".
std::int64_t some_length(std::string_view text, Random& random) {
    const auto dots = text.find("..");
    if (dots == std::string_view::npos) return length_of(text);
    const auto low = length_of(text.substr(0, dots)) / minute_us;
    const auto high = length_of(text.substr(dots + 2)) / minute_us;
    return random.between(low, high) * minute_us;
}

double number_of(const json::value& value, double otherwise) {
    if (value.is_int64()) return static_cast<double>(value.as_int64());
    if (value.is_double()) return value.as_double();
    return otherwise;
}

std::string_view text_of(const json::value* value) {
    return value && value->is_string() ? std::string_view(value->as_string()) : std::string_view{};
}

/// What a blank is filled with when the thing has not happened yet, or chance leaves it out.
const json::value nothing = nullptr;

/// Fills the blanks of one dossier.
class Filling {
  public:
    Filling(const World& world, Random& random, Instant start)
        : world_(world), random_(random), start_(start) {
        const auto& countries = world.people.countries();
        country_ = countries[static_cast<std::size_t>(
            random.between(0, static_cast<std::int64_t>(countries.size()) - 1)
        )];
    }

    void set(const json::object& names) {
        for (const auto& member : names) names_[std::string(member.key())] = value(member.value());
    }

    json::value value(const json::value& pattern) {
        if (const auto* text = pattern.if_string()) return named(*text);
        if (const auto* list = pattern.if_array()) return list_of(*list);
        const auto* object = pattern.if_object();
        return object ? object_of(*object) : pattern;
    }

    /// A record, or null when it has not happened or chance leaves it out.
    json::value record(const json::object& pattern) {
        const auto* chance = pattern.if_contains("chance");
        const bool wanted = random_.chance(chance ? number_of(*chance, 1) : 1);
        const auto* when = pattern.if_contains("when");
        const bool fits = !when || value(*when) != nothing;
        const Instant at{start_.us + some_length(text_of(pattern.if_contains("after")), random_)};
        here_ = at;
        auto data = value(pattern.at("data"));
        const Id id = id_of(text_of(pattern.if_contains("id")));
        if (!wanted || !fits || at > world_.until) return nothing;
        written_.insert_or_assign(std::string(text_of(pattern.if_contains("id"))), true);
        json::object out{
            {"id", homeward::to_text(id)},
            {"kind", pattern.at("kind")},
            {"recorded_at", homeward::to_text(at)},
            {"data", std::move(data)},
        };
        return out;
    }

  private:
    json::value named(std::string_view text) {
        if (!text.starts_with('$')) return json::value(text);
        const auto found = names_.find(std::string(text.substr(1)));
        return found != names_.end() ? found->second : nothing;
    }

    json::value list_of(const json::array& patterns) {
        json::array out;
        for (const auto& pattern : patterns) {
            auto one = value(pattern);
            if (one != nothing) out.push_back(std::move(one));
        }
        return out;
    }

    json::value object_of(const json::object& pattern) {
        if (const auto* choices = pattern.if_contains("$one_of"))
            return one_of(choices->as_array());
        if (const auto* bounds = pattern.if_contains("$between")) {
            const auto& pair = bounds->as_array();
            return random_.between(
                pair.at(0).to_number<std::int64_t>(), pair.at(1).to_number<std::int64_t>()
            );
        }
        if (const auto* share = pattern.if_contains("$maybe"))
            return random_.chance(number_of(*share, 0)) ? value(pattern.at("value")) : nothing;
        if (const auto* shares = pattern.if_contains("$tri")) return tri(shares->as_array());
        if (const auto* after = pattern.if_contains("$at"))
            return time_of(text_of(after), false, start_);
        if (const auto* after = pattern.if_contains("$from_here"))
            return time_of(text_of(after), false, here_);
        if (const auto* after = pattern.if_contains("$day"))
            return time_of(text_of(after), true, start_);
        if (const auto* label = pattern.if_contains("$ref")) return reference(text_of(label));
        if (const auto* what = pattern.if_contains("$make")) return made(text_of(what), pattern);
        if (const auto* same = pattern.if_contains("$if")) return when(*same, pattern);
        json::object out;
        for (const auto& member : pattern) {
            auto one = value(member.value());
            if (one != nothing) out[member.key()] = std::move(one);
        }
        return out;
    }

    json::value one_of(const json::array& choices) {
        std::vector<double> weights;
        for (const auto& choice : choices) {
            const auto* object = choice.if_object();
            const auto* weight = object ? object->if_contains("weight") : nullptr;
            weights.push_back(weight ? number_of(*weight, 1) : 1);
        }
        const auto& chosen = choices.at(random_.weighted(weights));
        const auto* object = chosen.if_object();
        return object && object->contains("weight") ? value(object->at("value")) : value(chosen);
    }

    json::value tri(const json::array& shares) {
        std::vector<double> weights;
        for (const auto& share : shares) weights.push_back(number_of(share, 0));
        constexpr std::string_view words[] = {"yes", "no", "unknown"};
        const auto chosen = random_.weighted(weights);
        return chosen < 3 ? json::value(words[chosen]) : nothing;
    }

    json::value time_of(std::string_view after, bool as_day, Instant from) {
        const bool back = after.starts_with('-');
        const auto length = some_length(back ? after.substr(1) : after, random_);
        const Instant at{from.us + (back ? -length : length)};
        if (at > world_.until) return nothing;
        const std::string text = homeward::to_text(Instant{at.us / minute_us * minute_us});
        return json::value(as_day ? text.substr(0, 10) : text);
    }

    json::value reference(std::string_view label) {
        if (!written_.contains(std::string(label))) return nothing;
        return json::value(homeward::to_text(id_of(label)));
    }

    json::value made(std::string_view what, const json::object& pattern) {
        if (what == "pseudonym") return json::value(People::pseudonym(random_));
        if (what == "names") {
            const auto* sex = pattern.if_contains("sex");
            const auto of = sex ? value(*sex) : nothing;
            return world_.people.names(
                random_, country_, text_of(&of) == "2" || text_of(&of) == "female" ? "F" : "M"
            );
        }
        if (what == "place") {
            const Place& place = world_.people.place(random_, country_);
            return json::object{{"pcode", place.code}, {"text", place.name}};
        }
        if (what == "birth") return birth(pattern);
        if (what == "account") return account(text_of(pattern.if_contains("role")));
        return nothing;
    }

    /// A date of birth for an age at the start of the story, as precise as papers are.
    json::value birth(const json::object& pattern) {
        const auto& ages = pattern.at("age").as_array();
        const auto low = ages.at(0).to_number<std::int64_t>() * 365;
        const auto high = ages.at(1).to_number<std::int64_t>() * 365 + 364;
        const Instant born{start_.us - random_.between(low, high) * us_per_day};
        const std::string day = homeward::to_text(born).substr(0, 10);
        switch (random_.between(0, 3)) {
            case 0:
                return json::value(day.substr(0, 4) + '~');
            case 1:
                return json::value(day.substr(0, 4));
            case 2:
                return json::value(day.substr(0, 7));
            default:
                return json::value(day);
        }
    }

    json::value account(std::string_view role) {
        std::vector<const DemoAccount*> of_role;
        for (const auto& one : world_.accounts) {
            if (one.role == role) of_role.push_back(&one);
        }
        if (of_role.empty()) return nothing;
        const auto chosen = random_.between(0, static_cast<std::int64_t>(of_role.size()) - 1);
        return json::value(homeward::to_text(of_role[static_cast<std::size_t>(chosen)]->id));
    }

    json::value when(const json::value& name, const json::object& pattern) {
        const bool same = value(name) == value(pattern.at("is"));
        const auto* chosen = pattern.if_contains(same ? "then" : "else");
        return chosen ? value(*chosen) : nothing;
    }

    Id id_of(std::string_view label) {
        const auto [found, is_new] = ids_.try_emplace(std::string(label));
        if (is_new || label.empty()) found->second = random_.id();
        return found->second;
    }

    const World& world_;
    Random& random_;
    Instant start_;
    Instant here_;
    std::string country_;
    std::map<std::string, json::value> names_;
    std::map<std::string, Id> ids_;
    std::map<std::string, bool> written_;
};

Result<Template> template_of(std::string_view name, const json::object& yaml) {
    Template story;
    story.name = name;
    story.type = text_of(yaml.if_contains("dossier"));
    if (const auto* weight = yaml.if_contains("weight")) story.weight = number_of(*weight, 1);
    if (const auto* days = yaml.if_contains("days_ago")) {
        story.days_ago_low = days->as_array().at(0).to_number<std::int64_t>();
        story.days_ago_high = days->as_array().at(1).to_number<std::int64_t>();
    }
    if (const auto* set = yaml.if_contains("set")) story.set = set->as_object();
    story.records = yaml.at("records").as_array();
    for (const auto& record : story.records) {
        const auto* object = record.if_object();
        if (!object || !object->contains("kind") || !object->contains("data"))
            return fail(Code::invalid, story.name + ": a record has a kind and data");
    }
    if (story.type.empty()) return fail(Code::invalid, story.name + ": says no dossier type");
    return story;
}

}  // namespace

Result<Template> read_template(std::string_view name, std::string_view yaml) {
    const auto value = json_of_yaml(yaml);
    if (!value) return fail(Code::invalid, std::string(name) + ": " + value.error().text);
    const auto* object = value->if_object();
    if (!object) return fail(Code::invalid, std::string(name) + ": is not a map");
    try {
        return template_of(name, *object);
    } catch (const std::exception& error) {  // what the JSON library says of a wrong shape
        return fail(Code::invalid, std::string(name) + ": " + error.what());
    }
}

json::object fill(const Template& story, const World& world, Random& random) {
    const auto days = random.between(story.days_ago_low, story.days_ago_high);
    const auto minutes = random.between(0, 24 * 60 - 1);
    const Instant start{world.until.us - days * us_per_day - minutes * minute_us};
    Filling filling(world, random, start);
    filling.set(story.set);
    json::object out{{"id", homeward::to_text(random.id())}, {"type", story.type}};
    json::array records;
    for (const auto& pattern : story.records) {
        auto record = filling.record(pattern.as_object());
        if (record != nothing) records.push_back(std::move(record));
    }
    out["records"] = std::move(records);
    return out;
}

Country::Country(std::vector<Template> stories, const World& world, std::uint64_t seed)
    : stories_(std::move(stories)), world_(world), random_(seed) {
    for (const auto& story : stories_) weights_.push_back(story.weight);
}

json::object Country::next() { return fill(stories_[random_.weighted(weights_)], world_, random_); }

}  // namespace homeward::demo
