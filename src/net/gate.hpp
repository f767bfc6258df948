#pragma once

#include "api/http.hpp"
#include "net/refusal.hpp"
#include "net/target.hpp"

#include <tl/expected.hpp>

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace homeward::net {

/// The start line and header fields of one request, at most, with the blank line that ends them.
inline constexpr std::size_t head_bytes_max = 8 * 1024;
/// Header fields of one request.
inline constexpr std::size_t fields_max = 64;

/// Finds the end of a request head in bytes as they come, and refuses what no honest client sends
/// but parsers read differently: a bare CR or LF, a folded line, a blank before the colon, bytes
/// outside printable ASCII, an empty line before the request. Beast 1.81 lets most of it pass.
class HeadScanner {
  public:
    /// `bytes` is everything that arrived, from the first byte of the head on. Returns the size of
    /// the head with its blank line once it is complete, zero while it is not.
    tl::expected<std::size_t, Refusal> scan(std::string_view bytes);

  private:
    std::size_t line_start_ = 0;
    std::size_t next_ = 0;
};

/// A request head as a parser saw it, before anyone believed it. Field names in lower case.
struct Head {
    std::string method;
    std::string target;
    unsigned version = 11;  ///< 10 or 11
    std::vector<api::Pair> fields;
};

/// What is expected of a request besides its shape.
struct GateRules {
    /// Names that Host may hold, `name` or `name:port`. Empty: any sane name.
    std::vector<std::string> hosts;
};

/// What the gate lets through: a request whose framing can be read in one way only.
struct Admission {
    enum class Body : std::uint8_t { none, sized, chunked };

    api::Method method = api::Method::get;
    bool head_only = false;  ///< HEAD: answered as GET without the body
    Target target;
    std::vector<api::Pair> fields;
    Body body = Body::none;
    std::uint64_t body_bytes = 0;  ///< of a sized body; never zero there
    bool expects_continue = false;
    unsigned version = 11;
    bool keeps_alive = true;
};

/// The gate. Pure; every rule of it is a case in `tests/unit/net/gate_test.cpp`.
tl::expected<Admission, Refusal> admit(Head head, const GateRules& rules);

}  // namespace homeward::net
