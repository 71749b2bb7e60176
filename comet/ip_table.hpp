#pragma once

#include <array>
#include <cstdint>
#include <mutex>
#include <string>
#include <unordered_map>
#include <vector>

namespace im::comet {

/// Addresses with open connections, counted over all workers: for the ip_count of /goim/online/total. Any thread;
/// touched at accept and close only. IPv4 is kept as v4-mapped IPv6.
class IpTable {
 public:
  using Address = std::array<std::uint8_t, 16>;

  std::uint32_t add(const Address& address);
  void remove(std::uint32_t handle);
  std::string text(std::uint32_t handle) const;
  std::size_t distinct() const;

 private:
  struct Hash {
    std::size_t operator()(const Address& address) const;
  };
  struct Entry {
    Address address{};
    std::uint32_t connections = 0;
  };
  mutable std::mutex mutex_;
  std::vector<Entry> entries_;
  std::vector<std::uint32_t> free_;
  std::unordered_map<Address, std::uint32_t, Hash> by_address_;
};

}  // namespace im::comet
