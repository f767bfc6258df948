#pragma once

#include "base/json.hpp"
#include "policy/pack.hpp"
#include "policy/projection.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace homeward::policy {

/// Findings for people and programs, as JSON: safeguard, title, outcome, times, missing, citation.
/// A file has dozens and each says much that follows from its safeguard alone, which is written
/// out once for each of the pack's languages. The pack must outlive it. Any thread.
class FindingText {
  public:
    explicit FindingText(const Pack& pack);

    const Pack& pack() const { return pack_; }

    /// Appends one finding as a JSON object; in the pack's first language if it does not have the
    /// one that is asked for. `limited`, where given, becomes a member.
    void append(
        std::string& out,
        const Finding& finding,
        std::string_view language,
        std::optional<bool> limited = {}
    ) const;
    json::object to_json(
        const Finding& finding, std::string_view language, std::optional<bool> limited = {}
    ) const;

  private:
    const Pack& pack_;
    std::vector<std::vector<std::string>> always_;  ///< by language, then by safeguard
};

}  // namespace homeward::policy
