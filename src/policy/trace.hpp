#pragma once

#include "policy/pack.hpp"

#include <span>
#include <string>
#include <vector>

namespace homeward::policy {

/// A file outside the pack that realises provisions: a story, a test, a page.
struct TraceItem {
    std::string what;  ///< `story`, `test`, `page`
    std::string name;
    std::vector<std::string> basis;  ///< provision ids, safeguard ids
};

/// What realises one provision.
struct Traced {
    std::string provision;
    std::vector<std::string> kinds, fields, safeguards, acts, parameters, roles;
    std::vector<std::string> others;  ///< from `items`: `story: held.yaml`
    bool covered = false;
};

/// For every provision what realises it; one row each, in the order of provisions.yaml.
std::vector<Traced> trace(const Pack& pack, std::span<const TraceItem> items = {});

std::string to_text(std::span<const Traced> rows);
json::object to_json(std::span<const Traced> rows);

}  // namespace homeward::policy
