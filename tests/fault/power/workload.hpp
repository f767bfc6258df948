#pragma once

#include "base/id.hpp"
#include "fault/power/trace.hpp"
#include "policy/pack.hpp"

#include <cstdint>
#include <filesystem>
#include <map>
#include <memory>
#include <string>
#include <vector>

namespace homeward::test {

/// Makes a register in an empty folder and works in it with several threads: files opened, records
/// added and amended, files read, checkpoints signed and witnessed, logs moved and emptied. Says
/// through the recorder what it is about to write and what was acknowledged. Returns 0.
int run_workload(const std::filesystem::path& folder, unsigned seed);

/// What the workload was told up to a moment.
struct Acknowledged {
    bool ready = false;  ///< the register was made
    Id worker;
    struct Record {
        Id ref;
        std::uint64_t version = 0;                  ///< that was acknowledged; 0 for none yet
        std::map<std::uint64_t, std::string> said;  ///< JSON by version, of those under way too
    };
    std::map<Id, Record> records;
    std::uint64_t looks = 0;  ///< files that were shown
    std::size_t count = 0;    ///< acknowledgements in all
};
Acknowledged acknowledged(const std::vector<Event>& events, std::size_t cut);

/// Starts the register on a folder as after a power cut. Empty when all that was acknowledged is
/// there, nothing else and nothing torn, and the journal verifies; otherwise what is wrong.
std::string look_for_loss(
    const std::filesystem::path& folder,
    const Acknowledged& acknowledged,
    const std::shared_ptr<const policy::Pack>& pack
);

}  // namespace homeward::test
