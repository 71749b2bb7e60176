#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "common/base/result.hpp"
#include "common/base/slot.hpp"
#include "router/sessions/session.hpp"

namespace im::router {

/// Part of what a comet holds in some slots.
struct CometHoldings {
  struct Room {
    std::string room;
    std::uint64_t version = 0;
  };
  std::vector<SessionRow> sessions;
  std::vector<Room> rooms;  ///< with members
};

/// Comets, asked what they hold. `part` runs several times, then `done` once; any thread, one at a time. An
/// answer that is not whole is a failure. kConflict: another instance lives at that address.
class CometSnapshots {
 public:
  virtual ~CometSnapshots() = default;
  virtual void ask(const std::string& address, CometInstance comet, const SlotSet& slots,
                   std::function<void(CometHoldings)> part, std::function<void(Status)> done) = 0;
  /// For each slot the sum of the epochs of the sessions that the comet holds there; modulo 2^64. `done` once, any
  /// thread.
  virtual void digest(const std::string& address, CometInstance comet,
                      std::function<void(Result<std::vector<std::uint64_t>>)> done) = 0;
};

}  // namespace im::router
