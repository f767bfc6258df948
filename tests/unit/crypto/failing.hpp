#pragma once

#include <cstddef>
#include <cstdint>
#include <cstdlib>

/// Calls of the system that fail when they are told to: what no disk and no kernel does on request.
/// This program's own come before libc's, like its munlock.
namespace homeward::crypto {

enum class Call : std::uint8_t { read, write, fsync, fstat, mlock, setrlimit, prctl };

/// While it lives, such calls fail with `error`: `times` of them, after `skipped` that do not. One
/// for each call at a time, and one thread.
class Failing {
  public:
    Failing(Call call, int error, std::size_t skipped = 0, std::size_t times = 1);
    ~Failing();
    Failing(const Failing&) = delete;
    Failing& operator=(const Failing&) = delete;

    /// Whether all of it came to pass.
    bool happened() const;

  private:
    Call call_;
};

/// Ends a process that is a test's own. Not `_exit`: what was counted of its lines would be lost.
[[noreturn]] inline void end(bool right) { std::exit(right ? 0 : 1); }

}  // namespace homeward::crypto
