#include "casework/sight.hpp"

#include <algorithm>

namespace homeward::casework {

CategoryAccess access_of(policy::Letter letter, bool permitted, const Conditions& conditions) {
    const CategoryAccess opened{permitted ? Reading::all : Reading::none, Writing::none};
    if (letter == 'c') return opened;
    if (!conditions.assigned) {
        // Nothing but the permission itself: it opens what the letter leaves to one, no more.
        return letter == 'C' ? opened : CategoryAccess{};
    }
    switch (letter) {
        case 'W':
            return {Reading::all, Writing::all};
        case 'R':
            return {Reading::all, Writing::none};
        case 'A':
            return {Reading::all, Writing::own};
        case 'C':
            return {permitted ? Reading::all : Reading::own, Writing::own};
        case 'S':
            return {Reading::own, Writing::add};
        case 'm':
            return {Reading::some, Writing::none};
        case 'g':
            if (conditions.gbv_cleared) return {Reading::all, Writing::all};
            return {};
        default:  // q, a, X, - and what is not built yet, o and b: nothing of a single file
            return {};
    }
}

Sight::Sight(const policy::Pack& pack, const policy::Role& role, const Conditions& conditions)
    : pack_(pack), role_(role), conditions_(conditions) {
    for (std::size_t i = 0; i < role.access.size(); ++i) {
        const auto index = static_cast<std::uint8_t>(i);
        const bool permitted = (conditions.permitted & policy::bit_of(index)) != 0;
        categories_[i] = access_of(role.access[i], permitted, conditions);
        if (categories_[i].read != Reading::none) readable_ |= policy::bit_of(index);
        if (categories_[i].write != Writing::none) writable_ |= policy::bit_of(index);
        const bool by_permission = role.access[i] == 'c' || role.access[i] == 'C';
        if (permitted && by_permission) opened_ |= policy::bit_of(index);
    }
    paths_.assign(pack.path_count(), Field::hidden);
    kinds_.assign(pack.kinds().size(), Field::hidden);
    for (std::size_t k = 0; k < pack.kinds().size(); ++k) {
        const policy::Kind& kind = pack.kinds()[k];
        for (std::size_t f = 0; f < kind.fields.size(); ++f) {
            see_field(kind, kind.fields[f], is_minimal(static_cast<std::uint16_t>(k), f));
        }
    }
    for (std::uint16_t p = 0; p < pack.path_count(); ++p) {
        const policy::Kind* kind = pack.find_kind(pack.path(p));
        if (kind != nullptr) paths_[p] = kinds_[pack.index_of(*kind)];
    }
    safeguards_.reserve(pack.safeguards().size());
    const std::uint16_t self = pack.index_of(role);
    for (const policy::Safeguard& safeguard : pack.safeguards()) {
        const bool told = std::find(safeguard.tells.begin(), safeguard.tells.end(), self) !=
                          safeguard.tells.end();
        const std::uint8_t unread = told && conditions.assigned ? 1 : 0;
        safeguards_.push_back(sees(safeguard) ? std::uint8_t{2} : unread);
    }
}

bool Sight::kind_on_side(const policy::Kind& kind, std::uint8_t category) const {
    if (role_.side == policy::Side::both || kind.side == policy::Side::both) return true;
    if (role_.side == kind.side) return true;
    // The other side's forms open where the child's side or a court has opened their category.
    return (opened_ & policy::bit_of(category)) != 0;
}

bool Sight::is_minimal(std::uint16_t kind, std::size_t field) const {
    for (const auto& [category, fields] : role_.minimal) {
        for (const policy::FieldRef& ref : fields) {
            if (ref.kind == kind && ref.field == field) return true;
        }
    }
    return false;
}

void Sight::see_field(const policy::Kind& kind, const policy::Field& field, bool minimal) {
    const Reading of_kind = categories_[kind.category].read;
    const Reading reading = categories_[field.category].read;
    Field seen = Field::hidden;
    if (reading == Reading::some) {
        // Named one by one in the pack, so the side was thought of there.
        if (minimal) seen = Field::shown;
    } else if (kind_on_side(kind, field.category)) {
        if (reading == Reading::all) seen = Field::shown;
        if (reading == Reading::own) seen = Field::own;
    }
    // A form whose own category is closed is not shown, whatever its fields are: that there is one
    // would tell what the category hides.
    if (of_kind == Reading::none) seen = Field::hidden;
    if (of_kind == Reading::own && seen == Field::shown) seen = Field::own;
    paths_[field.path] = seen;
    Field& shown_kind = kinds_[pack_.index_of(kind)];
    shown_kind = std::max(shown_kind, seen);
    for (const policy::Field& inner : field.fields) see_field(kind, inner, minimal);
}

bool Sight::shows_kind(const policy::Kind& kind, bool own) const {
    const Field seen = kinds_[pack_.index_of(kind)];
    return seen == Field::shown || (own && seen == Field::own);
}

bool Sight::may_add(const policy::Kind& kind) const {
    return categories_[kind.category].write != Writing::none && kind_on_side(kind, kind.category);
}

bool Sight::may_enter(const policy::Kind& kind, const policy::Field& field, bool is_new, bool own)
    const {
    if (!may_add(kind) || !kind_on_side(kind, field.category)) return false;
    const Writing writing = categories_[field.category].write;
    if (writing == Writing::all) return true;
    if (writing == Writing::own) return is_new || own;
    return writing == Writing::add && is_new;
}

bool Sight::sees(const policy::Safeguard& safeguard) const {
    const bool fields =
        std::all_of(safeguard.paths.begin(), safeguard.paths.end(), [&](std::uint16_t index) {
            return paths_[index] == Field::shown;
        });
    if (!fields || (safeguard.reads & ~readable_) != 0) return false;
    if (!safeguard.about) return true;
    return kinds_[*safeguard.about] == Field::shown;
}

}  // namespace homeward::casework
