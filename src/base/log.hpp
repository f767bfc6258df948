#pragma once

#include <initializer_list>
#include <string_view>
#include <utility>

namespace homeward::log {

enum class Level { debug, info, warning, error };

/// One named value of a line. Values are ids, counts, codes and durations, never a child's data.
using Field = std::pair<std::string_view, std::string_view>;

/// Lines below this level are not written. Info at the start.
void set_level(Level level);

/// Writes one JSON object as a line to standard error, with the time in UTC. Everything is escaped,
/// so a value cannot start a line of its own. Any thread may call it.
void write(Level level, std::string_view event, std::initializer_list<Field> fields = {});

}  // namespace homeward::log
