#pragma once

#include <cstdint>
#include <mutex>
#include <string>
#include <unordered_map>
#include <vector>

#include "common/base/ip_address.hpp"

namespace im::comet {

/// Addresses with open connections, counted over all workers: for the ip_count of /goim/online/total. Any thread;
/// touched at accept and close only.
class IpTable {
 public:
  struct Hash {
    std::size_t operator()(const IpAddress& address) const;
  };

  std::uint32_t add(const IpAddress& address);
  void remove(std::uint32_t handle);
  IpAddress address(std::uint32_t handle) const;
  std::string text(std::uint32_t handle) const { return ip_text(address(handle)); }
  std::size_t distinct() const;

 private:
  struct Entry {
    IpAddress address{};
    std::uint32_t connections = 0;
  };
  mutable std::mutex mutex_;
  std::vector<Entry> entries_;
  std::vector<std::uint32_t> free_;
  std::unordered_map<IpAddress, std::uint32_t, Hash> by_address_;
};

}  // namespace im::comet
