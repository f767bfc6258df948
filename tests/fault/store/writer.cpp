#include "fault/store/writer.hpp"

#include "unit/journal/office.hpp"

#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <csignal>
#include <cstdlib>
#include <thread>

namespace homeward::test {
namespace {

constexpr int writer_threads = 4;

void say(const std::string& line) {
    const auto whole = line + "\n";
    const auto wrote = ::write(STDOUT_FILENO, whole.data(), whole.size());
    check(wrote == static_cast<ssize_t>(whole.size()), "an acknowledgement is written whole");
}

void append_some(Office& office, const Id& dossier, int entries) {
    const auto keys = office.keys_of(dossier);
    for (int i = 0; i < entries; ++i) {
        const Id record = make_id();
        const auto entry =
            must(journal::prepare(keys, record, 1, {{1, bytes("something about a child")}}));
        const auto done = office.append(entry);
        if (done)
            say("ack " + to_text(record));
        else
            say(std::string(name_of(done.error().code)));
    }
}

void take_lines(std::string& text, WriterRun& run) {
    for (auto end = text.find('\n'); end != std::string::npos; end = text.find('\n')) {
        const std::string line = text.substr(0, end);
        text.erase(0, end + 1);
        if (line.rfind("ack ", 0) == 0) {
            run.acknowledged.insert(must(parse_id(std::string_view(line).substr(4))));
            if (run.out_of_room > 0) ++run.after_out_of_room;
        }
        if (line == "no_room") ++run.out_of_room;
    }
}

[[noreturn]] void become_writer(const std::vector<std::string>& words, bool is_traced) {
    // In a sanitizer build: the search for leaks does not work in a process that is traced.
    if (is_traced) ::setenv("ASAN_OPTIONS", "detect_leaks=0", 1);
    std::vector<char*> arguments;
    for (const auto& word : words) arguments.push_back(const_cast<char*>(word.c_str()));
    arguments.push_back(nullptr);
    ::execv(arguments[0], arguments.data());
    ::_exit(127);
}

}  // namespace

int run_writer(const std::filesystem::path& folder, int entries) {
    Office office(folder);
    std::vector<Id> dossiers;
    for (int i = 0; i < writer_threads; ++i) dossiers.push_back(office.open_dossier());
    std::vector<std::thread> threads;
    for (const auto& dossier : dossiers)
        threads.emplace_back([&office, dossier, entries] { append_some(office, dossier, entries); }
        );
    for (auto& thread : threads) thread.join();
    return 0;
}

WriterRun start_writer(
    const std::filesystem::path& folder,
    int entries,
    int acks,
    const std::vector<std::string>& strace
) {
    std::vector<std::string> words = strace;
    words.push_back(std::filesystem::read_symlink("/proc/self/exe").string());
    words.insert(words.end(), {"--writer", folder.string(), std::to_string(entries)});
    int ends[2] = {-1, -1};
    check(::pipe(ends) == 0, "there is a pipe");
    const pid_t child = ::fork();
    check(child >= 0, "there is a child");
    if (child == 0) {
        ::dup2(ends[1], STDOUT_FILENO);
        ::close(ends[0]);
        ::close(ends[1]);
        become_writer(words, !strace.empty());
    }
    ::close(ends[1]);
    WriterRun run;
    std::string text;
    bool killed = false;
    while (true) {
        if (!killed && acks >= 0 && run.acknowledged.size() >= static_cast<std::size_t>(acks)) {
            ::kill(child, SIGKILL);
            killed = true;
        }
        char piece[4096];
        const auto got = ::read(ends[0], piece, sizeof piece);
        if (got <= 0) break;
        text.append(piece, static_cast<std::size_t>(got));
        take_lines(text, run);
    }
    ::close(ends[0]);
    int status = 0;
    ::waitpid(child, &status, 0);
    run.status = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
    return run;
}

std::string find_strace() {
    for (const char* path : {"/usr/bin/strace", "/bin/strace", "/usr/local/bin/strace"})
        if (::access(path, X_OK) == 0) return path;
    return {};
}

}  // namespace homeward::test
