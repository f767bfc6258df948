#pragma once

#include "base/id.hpp"

#include <filesystem>
#include <set>
#include <string>
#include <vector>

namespace homeward::test {

/// The body of the process that is killed: opens the folder's office and appends records from four
/// threads, `entries` each. Every acknowledged record goes to standard output as a line, written
/// in one call. Returns the exit status: 0, or 1 when the folder could not be opened.
int run_writer(const std::filesystem::path& folder, int entries);

/// A run of it as a process of its own, maybe under strace.
struct WriterRun {
    std::set<Id> acknowledged;
    /// Lines that told of a full disk.
    int out_of_room = 0;
    /// Lines that came after the first of those.
    int after_out_of_room = 0;
    /// The exit status, or -1 when a signal ended it.
    int status = 0;
};

/// Starts this program as a writer with `strace` options before it (none: no strace), kills it with
/// SIGKILL after `acks` acknowledgements (negative: never) and collects what it said.
WriterRun start_writer(
    const std::filesystem::path& folder,
    int entries,
    int acks,
    const std::vector<std::string>& strace = {}
);

/// Where strace is, or empty.
std::string find_strace();

}  // namespace homeward::test
