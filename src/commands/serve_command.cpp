#include "commands/serve_command.hpp"

#include "api/service.hpp"
#include "base/log.hpp"
#include "commands/background.hpp"
#include "commands/data_commands.hpp"
#include "commands/rekey.hpp"
#include "commands/version.hpp"
#include "net/server.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>

namespace homeward::commands {
namespace {

namespace fs = std::filesystem;

/// Files that are judged anew at once. As long as more are due, it rests `rests_per_step` times as
/// long as that took: a country's files keep up with their clocks, and whoever asks meanwhile finds
/// a processor.
constexpr std::size_t recheck_step = 32;
constexpr int rests_per_step = 4;
constexpr std::chrono::milliseconds recheck_every = std::chrono::seconds(20);
constexpr std::chrono::milliseconds keep_every = std::chrono::seconds(20);
constexpr std::size_t gather_step = 16;
constexpr std::chrono::milliseconds gather_every = std::chrono::seconds(10);
/// After a failure: what was in its way is seldom gone at once, and all rows are written then.
constexpr std::chrono::milliseconds keep_again = std::chrono::hours(1);
constexpr std::chrono::milliseconds rest_max = std::chrono::seconds(5);
constexpr std::size_t listed_per_shown = 20;
constexpr std::int64_t clock_step_us = 60 * us_per_second;

/// How long to rest after a step of work that goes on.
std::chrono::milliseconds rest_after(std::int64_t took_us) {
    return std::chrono::ceil<std::chrono::milliseconds>(
        std::chrono::microseconds(took_us) * rests_per_step
    );
}

/// Judges anew the files whose clocks have moved on, a few at a time, while nobody asks; and says
/// so when somebody set the machine's clock, because deadlines are by it.
class Rechecker {
  public:
    explicit Rechecker(casework::Register& reg)
        : reg_(reg), background_(recheck_every, [this](Background&) {
              watch_clock();
              return recheck();
          }) {}

  private:
    /// Returns how long to rest.
    std::chrono::milliseconds recheck() {
        const std::int64_t begun_us = clock_.ticking().us;
        const auto done = reg_.recheck(recheck_step);
        if (!done) {
            log::write(
                log::Level::warning, "recheck_failed", {{"why", name_of(done.error().code)}}
            );
            return recheck_every;
        }
        if (*done < recheck_step) return recheck_every;
        return rest_after(clock_.ticking().us - begun_us);
    }

    std::int64_t ahead_us() const { return clock_.now().us - clock_.ticking().us; }

    void watch_clock() {
        const std::int64_t moved_us = ahead_us() - ahead_us_;
        if (std::abs(moved_us) < clock_step_us) return;
        ahead_us_ += moved_us;
        const auto seconds = std::to_string(moved_us / us_per_second);
        log::write(log::Level::warning, "clock_moved", {{"seconds", seconds}});
    }

    casework::Register& reg_;
    SystemClock clock_;
    std::int64_t ahead_us_ = ahead_us();
    Background background_;  ///< last: it uses the others
};

/// Keeps the board on disk while it is served, so that a start after a crash is quick too. A large
/// one takes long: after each piece it rests, for whoever asks meanwhile and for their commits.
class Keeper {
  public:
    explicit Keeper(casework::Register& reg)
        : reg_(reg), background_(keep_every, [this](Background& background) {
              begun_us_ = clock_.ticking().us;
              return keep_board(reg_, [&] { return rest(background); }) ? keep_every : keep_again;
          }) {}

  private:
    bool rest(Background& background) {
        const auto rest = rest_after(clock_.ticking().us - begun_us_);
        const bool stops = background.stops_within(std::min(rest, rest_max));
        begun_us_ = clock_.ticking().us;
        return !stops;
    }

    casework::Register& reg_;
    SystemClock clock_;
    std::int64_t begun_us_ = 0;
    Background background_;  ///< last: it uses the others
};

/// Gathers the records of files that were left alone, a few at a time.
class Gatherer {
  public:
    explicit Gatherer(casework::Register& reg)
        : background_(gather_every, [this, &reg](Background&) {
              const std::int64_t begun_us = clock_.ticking().us;
              if (reg.gather(gather_step) < gather_step) return gather_every;
              return rest_after(clock_.ticking().us - begun_us);
          }) {}

  private:
    SystemClock clock_;
    Background background_;  ///< last: it uses the others
};

Result<api::Pages> pages_of(const fs::path& wanted) {
    if (!wanted.empty()) return api::Pages::load(wanted);
    std::error_code ec;
    const fs::path program = fs::read_symlink("/proc/self/exe", ec);
    const fs::path installed = program.parent_path().parent_path() / "share" / "homeward" / "web";
    for (const fs::path& folder : {fs::path("web/dist"), installed}) {
        if (fs::exists(folder / "index.html", ec)) return api::Pages::load(folder);
    }
    return api::Pages();
}

net::Options net_options(const ServeOptions& options) {
    net::Options out;
    out.listen = options.listen;
    out.certificate = options.certificate;
    out.key = options.key;
    out.proxies = options.proxies;
    out.gate.hosts = options.hosts;
    out.signals = true;
    if (options.connections_per_address > 0)
        out.limits.connections_per_address_max = options.connections_per_address;
    return out;
}

}  // namespace

int serve(const ServeOptions& options) {
    auto pages = pages_of(options.pages);
    if (!pages) return cannot(pages.error());
    casework::Options settings;
    settings.files_shown_max = options.files_per_account;
    settings.files_listed_max = options.files_per_account * listed_per_shown;
    auto data = OpenData::open(options.data, settings);
    if (!data) return cannot(data.error());
    api::Service service((*data)->reg(), std::move(*pages), std::string(version));
    auto server = net::Server::start(net_options(options), service);
    if (!server) return cannot(server.error());
    const std::string host = options.listen.substr(0, options.listen.rfind(':'));
    fmt::print(
        "Homeward serves at {}://{}:{}/\n",
        options.certificate.empty() ? "http" : "https",
        host,
        server->port()
    );
    std::fflush(stdout);
    {
        const Rechecker rechecker((*data)->reg());
        const Keeper keeper((*data)->reg());
        const Gatherer gatherer((*data)->reg());
        const Rekeyer rekeyer(options.data.data, (*data)->store().keys(), (*data)->keyring());
        server->wait();
    }
    const auto checkpoint = (*data)->checkpoints().make();
    if (!checkpoint) return cannot(checkpoint.error());
    log::write(log::Level::info, "stopped", {{"entries", std::to_string(checkpoint->size)}});
    return 0;
}

}  // namespace homeward::commands
