#include "policy/pack.hpp"

#include "base/check.hpp"
#include "cel/zones.hpp"
#include "policy/loader.hpp"

#include <chrono>

namespace homeward::policy {
namespace {

template <class Item>
const Item* item_at(
    const PackData& data, const std::vector<Item>& items, std::string_view list, std::string_view id
) {
    const auto index = data.find(list, id);
    return index ? &items[*index] : nullptr;
}

template <class Item>
std::uint16_t position_of(const std::vector<Item>& items, const Item& item) {
    const auto position = &item - items.data();
    check(
        position >= 0 && static_cast<std::size_t>(position) < items.size(), "item of another pack"
    );
    return static_cast<std::uint16_t>(position);
}

}  // namespace

Loaded Pack::load(std::span<const Layer> layers, const LoadOptions& options) {
    return Loader(layers, options).run();
}

Pack::Pack(std::unique_ptr<PackData> data) : data_(std::move(data)) {}
Pack::~Pack() = default;

const std::string& Pack::name() const { return data_->name; }
const std::string& Pack::version() const { return data_->version; }
const Text& Pack::title() const { return data_->title; }
const std::string& Pack::time_zone() const { return data_->zone; }
std::span<const std::string> Pack::languages() const { return data_->languages; }
const std::string& Pack::digest() const { return data_->digest; }

std::span<const DossierType> Pack::dossier_types() const { return data_->dossier_types; }
std::span<const Kind> Pack::kinds() const { return data_->kinds; }
std::span<const CodeList> Pack::code_lists() const { return data_->code_lists; }
std::span<const Safeguard> Pack::safeguards() const { return data_->safeguards; }
std::span<const Parameter> Pack::parameters() const { return data_->parameters; }
std::span<const Role> Pack::roles() const { return data_->roles; }
std::span<const Act> Pack::acts() const { return data_->acts; }
std::span<const Purpose> Pack::purposes() const { return data_->purposes; }
std::span<const Category> Pack::categories() const { return data_->categories; }
std::span<const Provision> Pack::provisions() const { return data_->provisions; }
std::span<const Source> Pack::sources() const { return data_->sources; }

const DossierType* Pack::find_dossier_type(std::string_view id) const {
    return item_at(*data_, data_->dossier_types, "dossier", id);
}
const Kind* Pack::find_kind(std::string_view id) const {
    return item_at(*data_, data_->kinds, "kind", id);
}
const CodeList* Pack::find_code_list(std::string_view id) const {
    return item_at(*data_, data_->code_lists, "codes", id);
}
const Safeguard* Pack::find_safeguard(std::string_view id) const {
    return item_at(*data_, data_->safeguards, "safeguard", id);
}
const Parameter* Pack::find_parameter(std::string_view id) const {
    return item_at(*data_, data_->parameters, "parameter", id);
}
const Role* Pack::find_role(std::string_view id) const {
    return item_at(*data_, data_->roles, "role", id);
}
const Act* Pack::find_act(std::string_view id) const {
    return item_at(*data_, data_->acts, "act", id);
}
const Purpose* Pack::find_purpose(std::string_view id) const {
    return item_at(*data_, data_->purposes, "purpose", id);
}
const Category* Pack::find_category(std::string_view id) const {
    return item_at(*data_, data_->categories, "category", id);
}
const Provision* Pack::find_provision(std::string_view id) const {
    return item_at(*data_, data_->provisions, "provision", id);
}

std::uint16_t Pack::index_of(const DossierType& item) const {
    return position_of(data_->dossier_types, item);
}
std::uint16_t Pack::index_of(const Kind& item) const { return position_of(data_->kinds, item); }
std::uint16_t Pack::index_of(const CodeList& item) const {
    return position_of(data_->code_lists, item);
}
std::uint16_t Pack::index_of(const Safeguard& item) const {
    return position_of(data_->safeguards, item);
}
std::uint16_t Pack::index_of(const Role& item) const { return position_of(data_->roles, item); }
std::uint16_t Pack::index_of(const Act& item) const { return position_of(data_->acts, item); }
std::uint16_t Pack::index_of(const Category& item) const {
    return position_of(data_->categories, item);
}

std::string_view Pack::path(std::uint16_t index) const { return data_->paths[index]; }
std::size_t Pack::path_count() const { return data_->paths.size(); }
std::uint8_t Pack::category_of_path(std::uint16_t index) const {
    return data_->path_categories[index];
}

std::string_view Pack::text(std::string_view key, std::string_view language) const {
    const auto found = data_->texts.find(key);
    return found == data_->texts.end() ? key : found->second.in(language);
}

std::int32_t Pack::offset_at(Instant at) const {
    if (data_->zones == nullptr) return data_->fixed_offset;
    const auto seconds = at.us >= 0 ? at.us / us_per_second : (at.us + 1) / us_per_second - 1;
    return data_->zones->offset_seconds(data_->zone, seconds).value_or(0);
}

Instant Pack::local(int year, unsigned month, unsigned day, int hour, int minute) const {
    using namespace std::chrono;
    const sys_days date{
        std::chrono::year{year} / std::chrono::month{month} / std::chrono::day{day}};
    const auto wall =
        date.time_since_epoch().count() * us_per_day + (hour * 60 + minute) * 60 * us_per_second;
    // The offset a day before is the one that a change of clocks on the day itself starts from.
    const Instant guess{wall - offset_at({wall - us_per_day}) * us_per_second};
    const Instant better{wall - offset_at(guess) * us_per_second};
    return offset_at(better) == offset_at(guess) ? better : guess;
}

}  // namespace homeward::policy
