#include "cel/zones.hpp"

#ifndef HOMEWARD_CEL_NO_TZ

#include <date/tz.h>

#include <exception>
#include <string>

namespace homeward::cel {
namespace {

class SystemZones final : public Zones {
  public:
    std::optional<std::int32_t> offset_seconds(std::string_view zone, std::int64_t utc_seconds)
        const override {
        try {
            const auto* found = date::locate_zone(std::string(zone));
            const date::sys_seconds at{std::chrono::seconds{utc_seconds}};
            return static_cast<std::int32_t>(found->get_info(at).offset.count());
        } catch (const std::exception&) {
            return {};  // the library throws for an unknown zone and for a missing database
        }
    }
};

}  // namespace

const Zones& system_zones() {
    static const SystemZones zones;
    return zones;
}

}  // namespace homeward::cel

#endif
