#pragma once

#include "base/json.hpp"

#include <string>
#include <string_view>

namespace homeward {

/// An object as it is kept between two looks: about as large as its text, and read back without
/// parsing it. Where it is stored, its form is part of casework::gathered_format.
std::string fold_json(const json::object& object);

/// Objects and lists in each other, as deep as they may be for is_folded_json.
inline constexpr std::size_t folded_depth_max = 32;

/// Whether fold_json can have made it, of something no deeper than folded_depth_max.
bool is_folded_json(std::string_view folded);

/// Takes it back, into `memory`. Ends the process for anything that fold_json did not make.
json::object unfold_json(std::string_view folded, json::storage_ptr memory = {});

}  // namespace homeward
