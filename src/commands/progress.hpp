#pragma once

#include <chrono>
#include <cstdint>
#include <string>

namespace homeward::commands {

/// A line on the terminal that says how far something is. Writes nothing when standard error is
/// no terminal, so that logs stay readable.
class Progress {
  public:
    explicit Progress(std::string what);
    Progress(const Progress&) = delete;
    Progress& operator=(const Progress&) = delete;
    ~Progress();

    /// Redraws at most some times a second. `all` may be 0 when it is not known.
    void show(std::uint64_t done, std::uint64_t all);
    /// Ends the line.
    void finish();

  private:
    std::string what_;
    bool on_terminal_ = false;
    bool drawn_ = false;
    std::chrono::steady_clock::time_point started_;
    std::chrono::steady_clock::time_point last_;
    std::uint64_t done_ = 0;
    std::uint64_t all_ = 0;
};

}  // namespace homeward::commands
