#pragma once

#include <string>
#include <vector>

#include "common/base/ip_address.hpp"

namespace im {

/// A list of networks, "10.0.0.0/8" or "::1".
class CidrList {
 public:
  CidrList() = default;
  /// Throws std::invalid_argument naming the entry that is not one.
  explicit CidrList(const std::vector<std::string>& networks);

  bool empty() const { return networks_.empty(); }
  /// v4-mapped addresses match their v4 networks, and no v6 network matches v4. An empty list contains nothing.
  bool contains(const IpAddress& ip) const;
  /// The same for text, which may have a zone ("fe80::1%eth0"); what is no address is in no network.
  bool contains(const std::string& ip) const;

 private:
  struct Network {
    IpAddress bytes;
    unsigned bits;  ///< of all 128
    bool v4;
  };
  std::vector<Network> networks_;
};

/// For the check of a key: what is wrong with its networks, empty when nothing.
std::string networks_fault(const std::string& key, const std::vector<std::string>& networks);

}  // namespace im
