#pragma once

#include "api/http.hpp"
#include "base/result.hpp"

#include <cstddef>
#include <filesystem>
#include <map>
#include <string>
#include <string_view>

namespace homeward::api {

/// What the built web app may weigh at most, all files together.
inline constexpr std::size_t pages_bytes_max = 64U << 20U;

/// The files of the web app, read once at the start: no path from outside ever reaches the disk.
class Pages {
  public:
    Pages() = default;
    /// Reads a folder; Code::not_found without an index.html.
    static Result<Pages> load(const std::filesystem::path& folder);

    bool empty() const { return files_.empty(); }
    /// A file, or the app itself for any path that it routes on its own; 404 for a missing file.
    Response get(std::string_view path, std::string_view known_tag) const;

  private:
    struct File {
        std::string body;
        std::string type;
        std::string tag;
    };
    std::map<std::string, File, std::less<>> files_;
};

}  // namespace homeward::api
