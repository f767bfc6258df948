#include "fault/power/images.hpp"
#include "fault/power/workload.hpp"
#include "unit/casework/little_pack.hpp"
#include "unit/casework/office.hpp"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <sstream>
#include <thread>

// The power goes at any moment: everything that was acknowledged is there at the next start. Images
// of what the disk could hold are drawn from a trace of the register at work (images.hpp) and each
// is started. With protections switched off the same images must lose something.
//
//   HOMEWARD_POWER_IMAGES=10000   how many (500)
//   HOMEWARD_POWER_SEED=7         what they are drawn with
//   HOMEWARD_POWER_TRACE=file     a trace to use again; a failing one is kept and named
namespace homeward::test {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t images_per_trace = 500;
constexpr std::size_t losses_shown = 10;

std::string setting(const char* name, const char* otherwise) {
    const char* value = std::getenv(name);  // NOLINT(concurrency-mt-unsafe)
    return value != nullptr ? value : otherwise;
}

// Memory is as good as a disk here: the trace says what was synced, not the kernel.
fs::path fresh_folder() {
    std::error_code failed;
    const bool has_memory = fs::exists("/dev/shm", failed) && ::access("/dev/shm", W_OK) == 0;
    const fs::path top = has_memory ? fs::path("/dev/shm") : fs::temp_directory_path();
    return top / ("homeward-power-" + to_text(make_id()));
}

int end_of(pid_t child) {
    int status = 0;
    ::waitpid(child, &status, 0);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

// Runs this program as the workload, recorded.
void record(const fs::path& folder, const fs::path& trace, unsigned seed) {
    fs::create_directories(folder);
    const std::string program = fs::read_symlink("/proc/self/exe").string();
    const std::string number = std::to_string(seed);
    const pid_t child = ::fork();
    check(child >= 0, "there is a child");
    if (child == 0) {
        ::setenv("LD_PRELOAD", HOMEWARD_RECORDER, 1);
        ::setenv("HOMEWARD_RECORD_FOLDER", folder.c_str(), 1);
        ::setenv("HOMEWARD_RECORD_TRACE", trace.c_str(), 1);
        ::execl(
            program.c_str(),
            program.c_str(),
            "--workload",
            folder.c_str(),
            number.c_str(),
            static_cast<char*>(nullptr)
        );
        ::_exit(127);
    }
    check(end_of(child) == 0, "the workload ends well");
}

struct Verdict {
    std::size_t images = 0;
    std::size_t cuts_before_ready = 0;
    std::size_t acknowledged = 0;  ///< in all images together
    std::vector<std::string> losses;
};

/// Draws images from one stream of events, on all cores.
class Cutter {
  public:
    Cutter(const std::vector<Event>& events, std::uint64_t seed) : events_(events), seed_(seed) {
        for (std::size_t i = 0; i < events.size(); ++i)
            if (events[i].deed == Deed::mark) marks_.push_back(i);
    }

    Verdict cut(std::size_t images) {
        const std::size_t lanes = std::max(1U, std::thread::hardware_concurrency());
        std::vector<Lane> running;
        for (std::size_t lane = 0; lane < lanes; ++lane)
            running.push_back(start(lane, lanes, images));
        Verdict verdict;
        verdict.images = images;
        for (auto& lane : running) finish(lane, verdict);
        return verdict;
    }

  private:
    struct Lane {
        pid_t child = -1;
        int end = -1;
    };

    // Half of the cuts come right after something was acknowledged, when it is owed most freshly.
    std::size_t moment(std::mt19937_64& random) const {
        if (random() % 2 == 0) return marks_[random() % marks_.size()] + 1;
        return random() % (events_.size() + 1);
    }

    // Each lane is a process, and each image another below it: a register that cannot go on ends
    // its process.
    Lane start(std::size_t first, std::size_t step, std::size_t images) const {
        int ends[2] = {-1, -1};
        check(::pipe(ends) == 0, "there is a pipe");
        const pid_t child = ::fork();
        check(child >= 0, "there is a child");
        if (child == 0) {
            ::close(ends[0]);
            for (std::size_t image = first; image < images; image += step) try_one(image, ends[1]);
            ::_exit(0);
        }
        ::close(ends[1]);
        return {child, ends[0]};
    }

    void try_one(std::size_t image, int to) const {
        std::mt19937_64 random(seed_ * 1'000'003 + image);
        const auto at = moment(random);
        const auto owed = acknowledged(events_, at);
        if (!owed.ready) {
            say(to, "- before ready");
            return;
        }
        const fs::path folder = fresh_folder();
        write_image(draw_image(events_, at, random), folder);
        const fs::path said = folder.string() + ".log";
        const pid_t child = ::fork();
        if (child == 0) {
            const int log = ::open(said.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
            ::dup2(log, STDERR_FILENO);
            const auto wrong = look_for_loss(folder, owed, pack_);
            if (!wrong.empty()) say(to, "! image " + std::to_string(image) + ": " + wrong);
            ::_exit(wrong.empty() ? 0 : 1);
        }
        const int status = end_of(child);
        if (status > 1 || status < 0)
            say(to, "! image " + std::to_string(image) + ": it ends with: " + first_line(said));
        if (status == 0) say(to, "+ " + std::to_string(owed.count));
        fs::remove_all(folder);
        fs::remove(said);
    }

    static std::string first_line(const fs::path& file) {
        std::ifstream in(file);
        std::string line;
        std::getline(in, line);
        return line;
    }

    static void say(int to, const std::string& line) {
        const auto whole = line + "\n";
        check(
            ::write(to, whole.data(), whole.size()) == static_cast<ssize_t>(whole.size()),
            "a line is written whole"
        );
    }

    static void finish(const Lane& lane, Verdict& verdict) {
        std::string text;
        char piece[4096];
        for (auto got = ::read(lane.end, piece, sizeof piece); got > 0;
             got = ::read(lane.end, piece, sizeof piece))
            text.append(piece, static_cast<std::size_t>(got));
        ::close(lane.end);
        check(end_of(lane.child) == 0, "a lane ends well");
        std::istringstream lines(text);
        for (std::string line; std::getline(lines, line);) {
            if (line[0] == '!') verdict.losses.push_back(line.substr(2));
            if (line[0] == '-') ++verdict.cuts_before_ready;
            if (line[0] == '+') verdict.acknowledged += std::stoul(line.substr(2));
        }
    }

    const std::vector<Event>& events_;
    const std::uint64_t seed_;
    // Once for all processes below.
    const std::shared_ptr<const policy::Pack> pack_ = little_pack();
    std::vector<std::size_t> marks_;
};

class Power : public testing::Test {
  protected:
    void TearDown() override {
        std::error_code ignored;
        fs::remove_all(folder, ignored);
        if (!HasFailure() || kept.empty()) fs::remove(trace_file, ignored);
    }

    Trace fresh_trace(unsigned number) {
        const auto given = setting("HOMEWARD_POWER_TRACE", "");
        if (!given.empty()) return Trace::read(given);
        fs::remove_all(folder);
        fs::remove(trace_file);
        record(folder, trace_file, number);
        return Trace::read(trace_file);
    }

    std::uint64_t seed = std::stoull(setting("HOMEWARD_POWER_SEED", "7"));
    std::size_t images = std::stoull(setting("HOMEWARD_POWER_IMAGES", "500"));
    fs::path folder = fresh_folder();
    fs::path trace_file = fs::temp_directory_path() / (folder.filename().string() + ".trace");
    std::string kept;
};

// The recorder has seen all: its trace, replayed, is the folder. And the trace is worth cutting.
TEST_F(Power, TheTraceIsTheWholeTruth) {
    const auto trace = fresh_trace(1);
    const auto replayed = whole_image(trace.events);
    const auto found = read_image(folder);
    ASSERT_EQ(replayed.size(), found.size());
    for (const auto& [name, content] : found) {
        ASSERT_EQ(replayed.count(name), 1U) << name;
        EXPECT_TRUE(replayed.at(name) == content) << name;
    }
    const auto seen = tally(trace);
    std::printf(
        "trace: %zu writes, %zu syncs, %zu marks, %zu moves of the log into the file, %zu logs "
        "begun again, %zu cut\n",
        seen.writes,
        seen.syncs,
        seen.marks,
        seen.moves,
        seen.log_restarts,
        seen.log_cuts
    );
    EXPECT_GT(seen.marks, 300U);
    EXPECT_GT(seen.syncs, 50U);
    EXPECT_GT(seen.moves, 10U);
    EXPECT_GT(seen.log_restarts, 3U);
    EXPECT_EQ(seen.early_restarts, 0U);
    EXPECT_GT(seen.log_cuts, 1U);
}

TEST_F(Power, NothingAcknowledgedIsLost) {
    std::size_t done = 0;
    std::size_t acknowledgements = 0;
    std::size_t early = 0;
    for (unsigned round = 0; done < images; ++round) {
        const auto trace = fresh_trace(static_cast<unsigned>(seed) + round);
        const auto some = std::min(images_per_trace, images - done);
        const auto verdict = Cutter(trace.events, seed + round).cut(some);
        for (std::size_t i = 0; i < std::min(losses_shown, verdict.losses.size()); ++i)
            ADD_FAILURE() << verdict.losses[i];
        done += some;
        acknowledgements += verdict.acknowledged;
        early += verdict.cuts_before_ready;
        if (!verdict.losses.empty()) {
            kept = trace_file.string();
            FAIL() << verdict.losses.size()
                   << " in all, to be seen again with HOMEWARD_POWER_TRACE=" << kept
                   << " HOMEWARD_POWER_SEED=" << seed + round;
        }
    }
    std::printf(
        "power: seed %llu, %zu images (%zu before the register was ready), %zu acknowledgements "
        "looked for, 0 lost\n",
        static_cast<unsigned long long>(seed),
        done,
        early,
        acknowledgements
    );
    EXPECT_LT(early, images / 4);
}

class PowerControl : public Power,
                     public testing::WithParamInterface<std::pair<const char*, Syncs>> {};

TEST_P(PowerControl, LosesSomething) {
    const auto trace = fresh_trace(static_cast<unsigned>(seed));
    const auto events = with_syncs(trace, GetParam().second);
    const std::size_t some = std::max<std::size_t>(100, images / 10);
    const auto verdict = Cutter(events, seed).cut(some);
    std::printf(
        "control %s: seed %llu, something lost in %zu of %zu images\n",
        GetParam().first,
        static_cast<unsigned long long>(seed),
        verdict.losses.size(),
        some
    );
    EXPECT_GT(verdict.losses.size(), 0U);
}

INSTANTIATE_TEST_SUITE_P(
    SyncsOf,
    PowerControl,
    testing::Values(
        std::pair{"NORMAL", Syncs::normal},
        std::pair{"OFF", Syncs::off},
        std::pair{"no_folder", Syncs::no_folder},
        std::pair{"no_database", Syncs::no_database}
    ),
    [](const auto& one) { return one.param.first; }
);

}  // namespace
}  // namespace homeward::test

// The same program is the workload that it records.
int main(int argc, char** argv) {
    if (argc == 4 && std::string_view(argv[1]) == "--workload")
        return homeward::test::run_workload(argv[2], static_cast<unsigned>(std::stoul(argv[3])));
    testing::InitGoogleTest(&argc, argv);
    return RUN_ALL_TESTS();
}
