#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "common/base/result.hpp"
#include "logic/events/slot_event.hpp"

namespace im::logic {

/// A stream of events from one router. Destroying it ends it; no callback runs after that.
class EventStream {
 public:
  virtual ~EventStream() = default;
  virtual void settle(std::uint64_t batch) = 0;
};

/// Where events come from.
class EventSource {
 public:
  struct Callbacks {
    std::function<void(std::uint64_t batch, std::vector<SlotEvent> events)> batch;
    std::function<void(const Error& why)> ended;  ///< once
  };
  virtual ~EventSource() = default;
  /// The routers that answer now, by a number that stays.
  virtual std::vector<int> routers() = 0;
  /// Callbacks run on any thread, never within open().
  virtual std::unique_ptr<EventStream> open(int router, Callbacks callbacks) = 0;
};

}  // namespace im::logic
