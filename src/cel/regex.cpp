#include "cel/regex.hpp"

#ifdef HOMEWARD_CEL_RE2
#include <re2/re2.h>

namespace homeward::cel {

struct Regex::Impl {
    explicit Impl(std::string_view pattern, const re2::RE2::Options& options)
        : re(re2::StringPiece(pattern.data(), pattern.size()), options) {}
    re2::RE2 re;
};

bool Regex::available() { return true; }

std::optional<Regex> Regex::make(std::string_view pattern) {
    if (pattern.size() > pattern_bytes_max) return {};
    re2::RE2::Options options;
    options.set_log_errors(false);  // a pattern may hold what must not be logged
    options.set_max_mem(program_bytes_max);
    auto impl = std::make_shared<const Impl>(pattern, options);
    if (!impl->re.ok()) return {};
    return Regex(std::move(impl));
}

bool Regex::found_in(std::string_view text) const {
    return re2::RE2::PartialMatch(re2::StringPiece(text.data(), text.size()), impl_->re);
}

}  // namespace homeward::cel

#else

namespace homeward::cel {

struct Regex::Impl {};

bool Regex::available() { return false; }
std::optional<Regex> Regex::make(std::string_view) { return {}; }
bool Regex::found_in(std::string_view) const { return false; }

}  // namespace homeward::cel

#endif
