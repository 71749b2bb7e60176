#pragma once

#include <chrono>
#include <string>
#include <vector>

#include "common/base/result.hpp"
#include "common/pki/identity.hpp"

namespace im::pki {

/// A certificate and its private key (EC, P-256), both PEM.
struct Issued {
  std::string certificate;
  std::string key;
};

struct Order {
  Identity identity;
  std::vector<std::string> hosts;  ///< names and addresses that stand in it beside the role; daemons need none
  std::chrono::hours valid{};      ///< from now (a minute ago) on; below zero: it is over already
};

/// A new authority for the certificates of a cluster, which signs itself.
Issued make_authority(const std::string& cluster, std::chrono::hours valid);
/// A certificate for servers and clients. kInvalid: `authority` does not hold together, or `order` cannot be written.
Result<Issued> issue(const Issued& authority, const Order& order);
/// The cluster that an authority of ours was made for, or what is wrong with it.
Result<std::string> cluster_of(const std::string& authority);

}  // namespace im::pki
