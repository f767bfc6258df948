#include "store/sql.hpp"

#include <algorithm>

namespace homeward::store {

template <class T>
const T* Row::as(std::size_t column) const {
    const T* value = column < columns_.size() ? std::get_if<T>(&columns_[column]) : nullptr;
    if (value == nullptr) mismatch_ = true;
    return value;
}

bool Row::is_null(std::size_t column) const {
    return column < columns_.size() && std::holds_alternative<std::monostate>(columns_[column]);
}

std::int64_t Row::integer(std::size_t column) const {
    const auto* value = as<std::int64_t>(column);
    return value != nullptr ? *value : 0;
}

std::uint64_t Row::count(std::size_t column) const {
    const auto value = integer(column);
    if (value < 0) mismatch_ = true;
    return value < 0 ? 0 : static_cast<std::uint64_t>(value);
}

double Row::real(std::size_t column) const {
    const auto* value = as<double>(column);
    return value != nullptr ? *value : 0;
}

std::string_view Row::text(std::size_t column) const {
    const auto* value = as<std::string_view>(column);
    return value != nullptr ? *value : std::string_view{};
}

BytesView Row::blob(std::size_t column) const {
    const auto* value = as<BytesView>(column);
    return value != nullptr ? *value : BytesView{};
}

Id Row::id(std::size_t column) const {
    const auto id = id_from(blob(column));
    if (!id) mismatch_ = true;
    return id ? *id : Id{};
}

std::optional<Id> Row::id_or_null(std::size_t column) const {
    if (is_null(column)) return std::nullopt;
    return id(column);
}

}  // namespace homeward::store
