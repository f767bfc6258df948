#include "net/census.hpp"

#include "base/bytes.hpp"

#include <span>

namespace homeward::net {

using boost::asio::ip::address;

address unmapped(const address& given) {
    if (!given.is_v6() || !given.to_v6().is_v4_mapped()) return given;
    return boost::asio::ip::make_address_v4(boost::asio::ip::v4_mapped, given.to_v6());
}

std::string census_key(const address& given) {
    const address plain = unmapped(given);
    if (plain.is_v4()) return plain.to_string();
    const auto bytes = plain.to_v6().to_bytes();
    return to_hex(std::as_bytes(std::span(bytes).first<8>()));
}

}  // namespace homeward::net
