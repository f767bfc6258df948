#include "base/result.hpp"

namespace homeward {

std::string_view name_of(Code code) {
    switch (code) {
        case Code::invalid:
            return "invalid";
        case Code::forbidden:
            return "forbidden";
        case Code::not_found:
            return "not_found";
        case Code::conflict:
            return "conflict";
        case Code::blocked:
            return "blocked";
        case Code::too_large:
            return "too_large";
        case Code::unavailable:
            return "unavailable";
        case Code::too_many:
            return "too_many";
        case Code::no_room:
            return "no_room";
        case Code::corrupt:
            return "corrupt";
        case Code::internal:
            return "internal";
    }
    return "internal";
}

}  // namespace homeward
