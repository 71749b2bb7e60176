#pragma once

#include <cassert>
#include <thread>

namespace im {

/// The rule "this state belongs to one thread", made executable: debug builds (asan and tsan are ones) end at the first
/// call from another thread. The first thread that comes is the owner. Costs nothing in release builds.
class OwnerThread {
 public:
#ifdef NDEBUG
  void check() {}
  void release() {}
#else
  void check() {
    if (owner_ == std::thread::id{}) owner_ = std::this_thread::get_id();
    assert(owner_ == std::this_thread::get_id() && "state of another thread");
  }
  /// The owner has ended (was joined): whoever comes next has it.
  void release() { owner_ = {}; }

 private:
  std::thread::id owner_{};
#endif
};

}  // namespace im
