#pragma once

#include <boost/asio/ip/address.hpp>

#include <cstdint>
#include <mutex>
#include <optional>
#include <string>
#include <unordered_map>
#include <utility>

namespace homeward::net {

/// An IPv4 address that comes as IPv6, as itself; any other unchanged.
boost::asio::ip::address unmapped(const boost::asio::ip::address& given);

/// The form under which an address is counted: IPv6 by its /64 network, which one household or
/// host holds whole, and IPv4 that comes as IPv6 as itself.
std::string census_key(const boost::asio::ip::address& given);

/// Counts what every address has at one time: open connections, or requests under way. Shared by
/// all workers; any thread may call it.
class Census {
  public:
    explicit Census(std::uint32_t per_address_max) : per_address_max_(per_address_max) {}

    /// One that is counted; uncounted when it is destroyed. The census must outlive it.
    class Ticket {
      public:
        Ticket(Census& census, std::string address)
            : census_(&census), address_(std::move(address)) {}
        Ticket(Ticket&& other) noexcept
            : census_(other.census_), address_(std::move(other.address_)) {
            other.census_ = nullptr;
        }
        Ticket& operator=(Ticket&& other) noexcept {
            std::swap(census_, other.census_);
            std::swap(address_, other.address_);
            return *this;
        }
        ~Ticket() {
            if (census_ != nullptr) census_->leave(address_);
        }

      private:
        Census* census_;
        std::string address_;
    };

    /// Counts one more of `address`, or nothing when it already has the most allowed.
    std::optional<Ticket> enter(const std::string& address) {
        const std::lock_guard lock(mutex_);
        std::uint32_t& count = counts_[address];
        if (count >= per_address_max_) return std::nullopt;
        ++count;
        return std::optional<Ticket>(std::in_place, *this, address);
    }

  private:
    void leave(const std::string& address) {
        const std::lock_guard lock(mutex_);
        const auto found = counts_.find(address);
        if (found != counts_.end() && --found->second == 0) counts_.erase(found);
    }

    const std::uint32_t per_address_max_;
    std::mutex mutex_;
    std::unordered_map<std::string, std::uint32_t> counts_;
};

}  // namespace homeward::net
