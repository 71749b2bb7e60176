#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "router/slots/slot_keeper.hpp"

namespace im::router {

/// What another router answers.
struct PeerAnswer {
  PeerLease lease = PeerLease::kSilent;
  std::int64_t clock_us = 0;  ///< the cluster's clock; 0 = it does not know it, or is silent
};

/// Other routers. Calls never block; each callback runs once, on any thread.
class PeerGateway {
 public:
  virtual ~PeerGateway() = default;
  virtual void ask(const std::string& address, std::function<void(PeerAnswer)> done) = 0;
};

}  // namespace im::router
