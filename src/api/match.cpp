#include "api/routes.hpp"

namespace homeward::api {
namespace {

std::string_view step(std::string_view& path) {
    if (path.starts_with('/')) path.remove_prefix(1);
    const std::string_view out = path.substr(0, path.find('/'));
    path.remove_prefix(out.size());
    return out;
}

bool fits(std::string_view pattern, std::string_view path, std::vector<Pair>& names) {
    names.clear();
    while (!pattern.empty() && !path.empty()) {
        const std::string_view want = step(pattern);
        const std::string_view have = step(path);
        if (want.starts_with('{')) {
            if (have.empty()) return false;
            names.push_back({std::string(want.substr(1, want.size() - 2)), std::string(have)});
        } else if (want != have) {
            return false;
        }
    }
    return pattern.empty() && path.empty();
}

}  // namespace

std::string_view Match::name(std::string_view which) const {
    for (const Pair& pair : names) {
        if (pair.name == which) return pair.value;
    }
    return {};
}

Match match(Method method, std::string_view path) {
    Match out;
    std::vector<Pair> names;
    for (const Route& route : routes()) {
        if (!fits(route.path, path, names)) continue;
        out.path_known = true;
        if (route.method == method) {
            out.route = &route;
            out.names = std::move(names);
            return out;
        }
    }
    return out;
}

}  // namespace homeward::api
