#pragma once

#include "base/json.hpp"

#include <string>
#include <string_view>

namespace homeward {

/// An object as it is kept in memory between two looks: about as large as its text, and read back
/// without parsing it. Numbers are in the order of this machine's bytes, so it is never stored.
std::string fold_json(const json::object& object);

/// Takes it back, into `memory`. Ends the process for anything that fold_json did not make.
json::object unfold_json(std::string_view folded, json::storage_ptr memory = {});

}  // namespace homeward
