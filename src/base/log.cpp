#include "base/log.hpp"

#include "base/json.hpp"
#include "base/time.hpp"

#include <atomic>
#include <cstdio>
#include <string>

namespace homeward::log {
namespace {

std::atomic<Level> lowest{Level::info};

std::string_view word_of(Level level) {
    switch (level) {
        case Level::debug:
            return "debug";
        case Level::info:
            return "info";
        case Level::warning:
            return "warning";
        case Level::error:
            return "error";
    }
    return "error";
}

}  // namespace

void set_level(Level level) { lowest.store(level); }

void write(Level level, std::string_view event, std::initializer_list<Field> fields) {
    if (level < lowest.load()) return;
    json::object line;
    line["at"] = to_text(SystemClock().now());
    line["level"] = word_of(level);
    line["event"] = event;
    for (const auto& [name, value] : fields) line[name] = value;
    const std::string text = json::serialize(line) + '\n';
    std::fwrite(text.data(), 1, text.size(), stderr);
}

}  // namespace homeward::log
