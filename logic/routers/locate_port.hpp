#pragma once

#include <chrono>
#include <cstddef>
#include <functional>

#include "common/base/result.hpp"
#include "common/base/scheduler.hpp"
#include "im/router.pb.h"

namespace im::logic {

/// The routers, as a lookup sees them. Any thread; nothing blocks.
class LocatePort {
 public:
  using Done = std::function<void(Result<im::router::LocateReply>)>;
  virtual ~LocatePort() = default;
  virtual int owner_index(std::size_t slot) const = 0;
  /// One question to one router; kTimeout when it does not answer in `patience`.
  virtual void ask(int router, im::router::LocateRequest request, std::chrono::milliseconds patience, Done done) = 0;
  /// Slots have moved: learn where they are.
  virtual void refresh() = 0;
  virtual Scheduler& scheduler() = 0;
};

}  // namespace im::logic
