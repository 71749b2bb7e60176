#pragma once

#include <functional>

#include "common/base/clock.hpp"

namespace im {

/// The domain thread, as its parts see it: everything posted runs there, one after the other.
class Scheduler {
 public:
  virtual ~Scheduler() = default;
  /// Any thread. Dropped when the thread has stopped.
  virtual void post(std::function<void()> task) = 0;
  virtual void post_after(Duration delay, std::function<void()> task) = 0;
  virtual TimePoint now() const = 0;
};

}  // namespace im
