#pragma once

#include "cel/declarations.hpp"
#include "cel/frame.hpp"

#include <cstdint>
#include <deque>
#include <memory>
#include <set>
#include <string>
#include <vector>

namespace homeward::cel {

/// A step of a plan. Immutable; all that moves is in the frame.
class Node {
  public:
    virtual ~Node() = default;
    virtual Value run(Frame& f) const = 0;

    /// As run, but what is absent stays absent instead of turning into an unknown.
    virtual Value run_raw(Frame& f) const { return run(f); }

    /// The value of a node that always gives the same, or null.
    virtual const Value* constant() const { return nullptr; }
};

/// What a Program shares: the nodes and everything that they point at.
struct Plan {
    const Node* root = nullptr;
    Type type;
    std::uint32_t variable_count = 0;
    std::uint32_t local_count = 0;
    bool reads_dynamically = false;
    std::vector<Read> reads;
    std::set<std::string, std::less<>> variables;
    std::set<std::string, std::less<>> functions;
    const Zones* zones = nullptr;

    std::vector<std::unique_ptr<Node>> nodes;
    Arena constants;
    std::deque<Overload> overloads;
};

}  // namespace homeward::cel
