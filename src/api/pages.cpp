#include "api/pages.hpp"

#include "api/problem.hpp"

#include <array>
#include <fstream>
#include <functional>
#include <iterator>
#include <utility>

namespace homeward::api {
namespace {

/// Scripts and styles come from this server alone, and none stands in the page itself.
constexpr std::string_view page_policy =
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' "
    "data:; "
    "font-src 'self'; connect-src 'self'; manifest-src 'self'; worker-src 'self'; base-uri 'none'; "
    "form-action 'self'; frame-ancestors 'none'; require-trusted-types-for 'script'";

constexpr std::array<std::pair<std::string_view, std::string_view>, 10> types{{
    {".html", "text/html; charset=utf-8"},
    {".js", "text/javascript; charset=utf-8"},
    {".css", "text/css; charset=utf-8"},
    {".json", "application/json"},
    {".svg", "image/svg+xml"},
    {".png", "image/png"},
    {".ico", "image/x-icon"},
    {".woff2", "font/woff2"},
    {".wasm", "application/wasm"},
    {".webmanifest", "application/manifest+json"},
}};

std::string_view type_of(std::string_view name) {
    for (const auto& [ending, type] : types) {
        if (name.ends_with(ending)) return type;
    }
    return "application/octet-stream";
}

std::string tag_of(std::string_view body) {
    return '"' + std::to_string(std::hash<std::string_view>{}(body)) + '"';
}

}  // namespace

Result<Pages> Pages::load(const std::filesystem::path& folder) {
    Pages pages;
    std::error_code ec;
    std::size_t total = 0;
    for (const auto& item : std::filesystem::recursive_directory_iterator(folder, ec)) {
        if (!item.is_regular_file(ec)) continue;
        std::ifstream in(item.path(), std::ios::binary);
        std::string body{std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
        total += body.size();
        if (total > pages_bytes_max)
            return fail(Code::too_large, "the pages are larger than 64 MiB");
        const std::string name =
            '/' + std::filesystem::relative(item.path(), folder, ec).generic_string();
        std::string tag = tag_of(body);
        pages.files_[name] = {std::move(body), std::string(type_of(name)), std::move(tag)};
    }
    if (!pages.files_.contains("/index.html"))
        return fail(Code::not_found, "no index.html in " + folder.string());
    return pages;
}

Response Pages::get(std::string_view path, std::string_view known_tag) const {
    auto found = files_.find(path);
    const bool names_a_file = path.find('.', path.rfind('/')) != std::string_view::npos;
    if (found == files_.end() && !names_a_file) found = files_.find("/index.html");
    if (found == files_.end()) return problem(404, "not_found", "");
    const File& file = found->second;
    Response response;
    // Built files carry a hash of their content in their name; the page that names them does not.
    const bool hashed = path.starts_with("/assets/");
    response.headers = {
        {"content-type", file.type},
        {"etag", file.tag},
        {"cache-control", hashed ? "public, max-age=31536000, immutable" : "no-cache"},
        {"content-security-policy", std::string(page_policy)},
    };
    if (known_tag == file.tag) {
        response.status = 304;
        return response;
    }
    response.body = file.body;
    return response;
}

}  // namespace homeward::api
