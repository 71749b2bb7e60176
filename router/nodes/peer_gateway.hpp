#pragma once

#include <functional>
#include <memory>
#include <string>

#include "router/slots/slot_keeper.hpp"

namespace im::router {

/// Other routers. Calls never block; each callback runs once, on any thread.
class PeerGateway {
 public:
  virtual ~PeerGateway() = default;
  virtual void ask_lease(const std::string& address, std::function<void(PeerLease)> done) = 0;
};

}  // namespace im::router
