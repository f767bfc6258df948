#pragma once

#include <memory>
#include <optional>
#include <string_view>

namespace homeward::cel {

/// A regular expression in RE2 syntax, which is searched for in linear time. The seam to the
/// library: a build without it has no expressions, and matches() is refused when compiled.
class Regex {
  public:
    static constexpr std::size_t pattern_bytes_max = 4096;
    static constexpr std::size_t program_bytes_max = 1U << 20U;

    /// Whether this build has regular expressions.
    static bool available();

    /// Nothing when `pattern` is malformed or passes a limit.
    static std::optional<Regex> make(std::string_view pattern);

    bool found_in(std::string_view text) const;

  private:
    struct Impl;
    explicit Regex(std::shared_ptr<const Impl> impl) : impl_(std::move(impl)) {}
    std::shared_ptr<const Impl> impl_;
};

}  // namespace homeward::cel
