#pragma once

#include <string>
#include <vector>

namespace im::http {

/// A list of networks, "10.0.0.0/8" or "::1". Throws std::invalid_argument naming the entry that is not one.
class CidrList {
 public:
  explicit CidrList(const std::vector<std::string>& networks);
  /// An empty list contains everything. v4-mapped addresses match their v4 networks.
  bool contains(const std::string& ip) const;

 private:
  struct Network {
    std::string bytes;  ///< 4 or 16
    unsigned bits;
  };
  std::vector<Network> networks_;
};

}  // namespace im::http
