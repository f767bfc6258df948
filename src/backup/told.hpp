#pragma once

#include "backup/backup.hpp"
#include "store/sql.hpp"

namespace homeward::backup {

/// Who is told of one thing that goes on: nobody where nobody is told of anything. `progress` must
/// outlive it.
inline store::CopyProgress told(const Progress& progress, const char* what) {
    if (!progress) return {};
    return [&progress, what](std::uint64_t done, std::uint64_t all) { progress(what, done, all); };
}

}  // namespace homeward::backup
