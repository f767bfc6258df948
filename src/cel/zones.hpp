#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace homeward::cel {

/// The seam to a time zone database. The engine itself knows UTC and fixed offsets only.
class Zones {
  public:
    virtual ~Zones() = default;
    /// Seconds to add to UTC at that instant in the zone, or nothing when there is no such zone.
    virtual std::optional<std::int32_t> offset_seconds(
        std::string_view zone, std::int64_t utc_seconds
    ) const = 0;
};

#ifndef HOMEWARD_CEL_NO_TZ
/// The machine's IANA database, read when first asked. Not in the WebAssembly build.
const Zones& system_zones();
#endif

}  // namespace homeward::cel
