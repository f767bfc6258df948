#pragma once

#include "commands/open_data.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace homeward::commands {

struct ServeOptions {
    DataOptions data;
    std::string listen = "127.0.0.1:8080";
    /// The built web app. Empty: `web/dist` in the working directory, else the one installed
    /// beside the program; none is fine, then only the API is served.
    std::filesystem::path pages;
    std::filesystem::path certificate;
    std::filesystem::path key;
    std::vector<std::string> proxies;
    std::vector<std::string> hosts;
    std::uint32_t connections_per_address = 0;  ///< 0: the default
    /// Different files that one account is shown in ten minutes, and twenty times as many in lists;
    /// 0: no limit.
    std::size_t files_per_account = casework::Options().files_shown_max;
};

/// Serves until SIGTERM or SIGINT, then lets what is under way end. Prints the address.
int serve(const ServeOptions& options);

}  // namespace homeward::commands
