#pragma once

#include "api/http.hpp"
#include "api/pages.hpp"
#include "casework/register.hpp"
#include "policy/finding.hpp"

#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <utility>

namespace homeward::api {

struct Route;
struct Match;

/// Limits of bodies, by what they carry.
inline constexpr std::size_t small_body_bytes_max = 64U << 10U;
inline constexpr std::size_t record_body_bytes_max = 1U << 20U;
inline constexpr std::size_t dossier_body_bytes_max = 8U << 20U;
inline constexpr std::size_t import_body_bytes_max = 16U << 20U;

/// Answers every request: finds the route, finds out who asks and why, runs it. Holds nothing
/// about children; any number of threads may call it.
class Service final : public Handler {
  public:
    /// `reg` must outlive it. `version` is the program's.
    Service(casework::Register& reg, Pages pages, std::string version);

    std::optional<RouteLimits> limits_for(Method method, std::string_view path) const override;
    Response handle(const Request& request) override;

    casework::Register& reg() { return reg_; }
    const std::string& version() const { return version_; }
    const policy::FindingText& finding_text() const { return finding_text_; }
    /// The pack as a role may use it, made once for each role and language.
    std::shared_ptr<const std::string> pack_text(
        const std::string& role, const std::string& language
    );

  private:
    Response run(const Request& request, const Match& match);

    casework::Register& reg_;
    policy::FindingText finding_text_;
    Pages pages_;
    std::string version_;
    std::mutex packs_mutex_;
    std::map<std::pair<std::string, std::string>, std::shared_ptr<const std::string>> packs_;
};

}  // namespace homeward::api
