#include "fault/power/trace.hpp"

#include "base/check.hpp"
#include "crypto/file.hpp"
#include "store/database.hpp"

#include <cstring>
#include <map>
#include <string>

namespace homeward::test {
namespace {

constexpr std::size_t trace_size_max = 1U << 30U;
constexpr std::size_t head_size = 24;

enum class Role : std::uint8_t { other, database, log };

// What the numbered files are, by the names that they were made under.
struct Files {
    std::map<std::uint32_t, Role> roles;
    std::map<std::uint32_t, std::uint32_t> databases;  ///< of each log
};

Files files_of(const std::vector<Event>& events) {
    Files files;
    std::map<std::string_view, std::uint32_t> made;
    for (const Event& event : events) {
        if (event.deed != Deed::create) continue;
        made.emplace(event.bytes, event.file);
        for (const std::string_view name : {store::main_file_name, store::keys_file_name}) {
            if (event.bytes == name) files.roles[event.file] = Role::database;
            if (event.bytes != std::string(name) + "-wal") continue;
            files.roles[event.file] = Role::log;
            files.databases[event.file] = made.at(name);
        }
    }
    return files;
}

Role role_of(const std::map<std::uint32_t, Role>& roles, std::uint32_t file) {
    const auto found = roles.find(file);
    return found == roles.end() ? Role::other : found->second;
}

// Whether the thread writes to a database file next: then this sync of the log begins a checkpoint.
bool begins_checkpoint(
    const std::vector<Event>& events, std::size_t at, const std::map<std::uint32_t, Role>& roles
) {
    for (std::size_t i = at + 1; i < events.size(); ++i) {
        if (events[i].thread != events[at].thread) continue;
        if (events[i].deed != Deed::write && events[i].deed != Deed::sync) continue;
        return events[i].deed == Deed::write && role_of(roles, events[i].file) == Role::database;
    }
    return false;
}

}  // namespace

Trace Trace::read(const std::filesystem::path& file) {
    Trace trace;
    auto content = crypto::read_file(file, trace_size_max);
    check(content.has_value(), "the trace can be read");
    trace.content = std::move(*content);
    const auto text = text_of(trace.content);
    for (std::size_t at = 0; at < text.size();) {
        check(text.size() - at >= head_size, "a trace is whole events");
        std::uint32_t numbers[4];
        Event event;
        std::memcpy(numbers, text.data() + at, sizeof numbers);
        std::memcpy(&event.offset, text.data() + at + sizeof numbers, sizeof event.offset);
        event.deed = static_cast<Deed>(numbers[0]);
        event.thread = numbers[1];
        event.file = numbers[2];
        check(text.size() - at - head_size >= numbers[3], "a trace is whole events");
        event.bytes = text.substr(at + head_size, numbers[3]);
        trace.events.push_back(event);
        at += head_size + numbers[3];
    }
    return trace;
}

std::vector<Event> with_syncs(const Trace& trace, Syncs syncs) {
    const auto roles = files_of(trace.events).roles;
    std::vector<Event> kept;
    for (std::size_t i = 0; i < trace.events.size(); ++i) {
        const Event& event = trace.events[i];
        bool keeps = true;
        if (event.deed == Deed::sync_folder)
            keeps = syncs == Syncs::all || syncs == Syncs::normal || syncs == Syncs::no_database;
        else if (event.deed == Deed::sync && syncs == Syncs::off)
            keeps = false;
        else if (event.deed == Deed::sync && syncs == Syncs::no_database)
            keeps = role_of(roles, event.file) != Role::database;
        else if (event.deed == Deed::sync && syncs == Syncs::normal)
            keeps = role_of(roles, event.file) != Role::log ||
                    begins_checkpoint(trace.events, i, roles);
        if (keeps) kept.push_back(event);
    }
    return kept;
}

Tally tally(const Trace& trace) {
    const auto [roles, databases] = files_of(trace.events);
    Tally tally;
    std::map<std::uint32_t, bool> has_header;
    // Per database: whether something went into it since its last sync.
    std::map<std::uint32_t, bool> moving;
    for (const Event& event : trace.events) {
        const Role role = role_of(roles, event.file);
        tally.marks += event.deed == Deed::mark ? 1 : 0;
        tally.syncs += event.deed == Deed::sync || event.deed == Deed::sync_folder ? 1 : 0;
        if (event.deed == Deed::resize && role == Role::log && event.offset == 0) {
            ++tally.log_cuts;
            has_header[event.file] = false;
        }
        if (role == Role::database && event.deed == Deed::sync) moving[event.file] = false;
        if (event.deed != Deed::write) continue;
        ++tally.writes;
        if (role == Role::database) {
            tally.moves += moving[event.file] ? 0 : 1;
            moving[event.file] = true;
        }
        if (role == Role::log && event.offset == 0) {
            tally.log_restarts += has_header[event.file] ? 1 : 0;
            tally.early_restarts += moving[databases.at(event.file)] ? 1 : 0;
            has_header[event.file] = true;
        }
    }
    return tally;
}

}  // namespace homeward::test
