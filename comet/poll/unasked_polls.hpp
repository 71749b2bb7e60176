#pragma once

#include <cstddef>
#include <cstdint>
#include <unordered_map>
#include <utility>

#include "comet/edge/edge_limits.hpp"
#include "common/base/cidr.hpp"
#include "common/base/ids.hpp"

namespace im::comet {

/// Sessions of long-poll that nobody has asked for a message yet, by the connection and by the address that opened
/// them: a page asks at once, and who only opens takes the places of others. Pure; one worker.
class UnaskedPolls {
 public:
  static constexpr std::size_t kOfConnection = 32;

  /// `of_address`: at most; 0 = no limit. `shared`: addresses of balancers, which stand for many and are not counted.
  UnaskedPolls(std::size_t of_address, CidrList shared) : of_address_(of_address), shared_(std::move(shared)) {}

  /// One more would be too many.
  bool full(ConnId opener, const IpAddress& address) const {
    return of(by_opener_, opener.raw()) >= kOfConnection ||
           (of_address_ > 0 && !shared_.contains(address) && of(by_address_, customer_of(address)) >= of_address_);
  }
  void add(std::uint32_t session, ConnId opener, const IpAddress& address) {
    const Entry entry{opener.raw(), customer_of(address)};
    sessions_[session] = entry;
    ++by_opener_[entry.opener];
    ++by_address_[entry.address];
  }
  /// It was asked, or has ended; the first time counts.
  void remove(std::uint32_t session) {
    const auto found = sessions_.find(session);
    if (found == sessions_.end()) return;
    lower(by_opener_, found->second.opener);
    lower(by_address_, found->second.address);
    sessions_.erase(found);
  }

 private:
  struct Entry {
    std::uint64_t opener = 0;
    IpAddress address{};
  };
  template <class Counts, class Key>
  static std::size_t of(const Counts& counts, const Key& key) {
    const auto found = counts.find(key);
    return found == counts.end() ? 0 : found->second;
  }
  template <class Counts, class Key>
  static void lower(Counts& counts, const Key& key) {
    const auto found = counts.find(key);
    if (--found->second == 0) counts.erase(found);
  }

  const std::size_t of_address_;
  const CidrList shared_;
  std::unordered_map<std::uint32_t, Entry> sessions_;
  std::unordered_map<std::uint64_t, std::size_t> by_opener_;
  std::unordered_map<IpAddress, std::size_t, IpTable::Hash> by_address_;
};

}  // namespace im::comet
