#pragma once

#include <mutex>
#include <set>

namespace im::logic {

/// Which routers are worth waiting for. One that left a question unanswered is silent until it has answered another,
/// so that a router that stands still costs its patience once and not once for every push. Any thread.
class RouterPatience {
 public:
  bool worth_waiting(int router) const {
    const std::lock_guard lock(mutex_);
    return !silent_.contains(router);
  }
  /// True: ask it without waiting, one such question at a time; asked() ends it.
  bool may_probe(int router) {
    const std::lock_guard lock(mutex_);
    return probed_.insert(router).second;
  }
  void asked(int router, bool answered) {
    const std::lock_guard lock(mutex_);
    probed_.erase(router);
    if (answered) {
      silent_.erase(router);
    } else {
      silent_.insert(router);
    }
  }

 private:
  mutable std::mutex mutex_;
  std::set<int> silent_;
  std::set<int> probed_;
};

}  // namespace im::logic
