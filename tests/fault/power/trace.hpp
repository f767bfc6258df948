#pragma once

#include "base/bytes.hpp"

#include <cstdint>
#include <filesystem>
#include <string_view>
#include <vector>

namespace homeward::test {

/// What the recorder (recorder.c, which has the layout) saw a program do.
enum class Deed : std::uint32_t {
    create = 'c',
    write = 'w',
    resize = 't',
    sync = 's',
    sync_folder = 'd',
    rename = 'r',
    unlink = 'u',
    mark = 'm',
};

struct Event {
    Deed deed = Deed::mark;
    std::uint32_t thread = 0;
    std::uint32_t file = 0;    ///< from 1, never used again; 0 where it is about names or marks
    std::uint64_t offset = 0;  ///< of a write; the new size of a resize
    std::string_view bytes;    ///< what was written, named or said
};

/// A trace with the bytes that its events look at.
struct Trace {
    Bytes content;
    std::vector<Event> events;

    static Trace read(const std::filesystem::path& file);
    Trace() = default;
    Trace(Trace&&) = default;
    Trace& operator=(Trace&&) = default;
};

/// Which syncs of a trace count. All but `all` are protections that are switched off: controls
/// that must lose something, or the test sees nothing.
enum class Syncs : std::uint8_t {
    all,
    /// SQLite's synchronous=NORMAL: its log is synced before a checkpoint only.
    normal,
    /// synchronous=OFF: nothing is ever synced.
    off,
    /// Everything but folders, so that names are never durable.
    no_folder,
    /// Everything but the databases themselves: their logs are begun anew too early.
    no_database,
};

/// The events of a trace that remain.
std::vector<Event> with_syncs(const Trace& trace, Syncs syncs);

/// What a trace went through, to see that it is worth cutting.
struct Tally {
    std::size_t writes = 0;
    std::size_t syncs = 0;
    std::size_t marks = 0;
    std::size_t moves = 0;         ///< runs of writes into a database between its syncs
    std::size_t log_restarts = 0;  ///< headers written anew over an old log
    /// Those of them that came while something in the database was not synced.
    std::size_t early_restarts = 0;
    std::size_t log_cuts = 0;  ///< logs cut to nothing
};
Tally tally(const Trace& trace);

}  // namespace homeward::test
