#include "comet/edge/ip_table.hpp"

#include <functional>
#include <string_view>

namespace im::comet {

std::size_t IpTable::Hash::operator()(const IpAddress& address) const {
  return std::hash<std::string_view>{}({reinterpret_cast<const char*>(address.data()), address.size()});
}

std::uint32_t IpTable::add(const IpAddress& address) {
  const std::lock_guard lock(mutex_);
  const auto [found, fresh] = by_address_.try_emplace(address, 0);
  if (fresh) {
    if (free_.empty()) {
      found->second = static_cast<std::uint32_t>(entries_.size());
      entries_.emplace_back();
    } else {
      found->second = free_.back();
      free_.pop_back();
    }
    entries_[found->second].address = address;
  }
  ++entries_[found->second].connections;
  return found->second;
}

void IpTable::remove(std::uint32_t handle) {
  const std::lock_guard lock(mutex_);
  Entry& entry = entries_[handle];
  if (--entry.connections > 0) return;
  by_address_.erase(entry.address);
  free_.push_back(handle);
}

IpAddress IpTable::address(std::uint32_t handle) const {
  const std::lock_guard lock(mutex_);
  return entries_[handle].address;
}

std::size_t IpTable::distinct() const {
  const std::lock_guard lock(mutex_);
  return by_address_.size();
}

}  // namespace im::comet
