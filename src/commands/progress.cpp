#include "commands/progress.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <cstdio>

namespace homeward::commands {
namespace {

constexpr std::size_t bar_width = 30;
constexpr std::chrono::milliseconds redraw_after{200};

}  // namespace

Progress::Progress(std::string what)
    : what_(std::move(what)),
      on_terminal_(isatty(STDERR_FILENO) != 0),
      started_(std::chrono::steady_clock::now()) {}

Progress::~Progress() { finish(); }

void Progress::show(std::uint64_t done, std::uint64_t all) {
    done_ = done;
    all_ = all;
    const auto now = std::chrono::steady_clock::now();
    if (!on_terminal_ || (drawn_ && now - last_ < redraw_after)) return;
    drawn_ = true;
    last_ = now;
    const double seconds = std::chrono::duration<double>(now - started_).count();
    const double rate = seconds > 0 ? static_cast<double>(done) / seconds : 0;
    std::string line = fmt::format("\r{}  {}", what_, done);
    if (all > 0) {
        const auto filled = static_cast<std::size_t>(done * bar_width / all);
        line = fmt::format(
            "\r{}  [{:<{}}] {:3} %  {} of {}",
            what_,
            std::string(std::min(filled, bar_width), '='),
            bar_width,
            done * 100 / all,
            done,
            all
        );
    }
    std::fprintf(stderr, "%s  %.0f/s   ", line.c_str(), rate);
    std::fflush(stderr);
}

void Progress::finish() {
    if (!drawn_) return;
    last_ = {};
    show(done_, all_);
    std::fputc('\n', stderr);
    drawn_ = false;
}

}  // namespace homeward::commands
