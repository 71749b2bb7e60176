#pragma once

#include <cstddef>

namespace im {

/// Large buffers come from the system and go back to it, and so does the free end of each thread's heap. glibc
/// otherwise raises both bounds with the first large buffer, for ever (mallopt(3), "dynamic mmap threshold"). Once, at
/// the start.
void keep_heap_small();

/// Gives pages of the heap that hold nothing back to the system (glibc's malloc_trim; nothing elsewhere). Any thread.
/// Walks what is free under the locks of the heap, so other threads may wait some milliseconds: after a burst, not in a
/// loop.
void give_back_heap();

/// When a burst of logins, or of other things that hold memory only while they pass, is over. One thread.
class BurstWatch {
 public:
  static constexpr std::size_t kBurst = 1000;  ///< what is worth a walk over the heap
  static constexpr std::size_t kQuiet = 100;   ///< of them in a second: the burst is over

  /// Once a second. `passed`: how many so far. True once at the end of each burst; not while `busy`.
  bool over(std::size_t passed, bool busy);

 private:
  std::size_t till_now_ = 0, till_return_ = 0;
};

/// What the heap has of the system, in bytes; zeros elsewhere than with glibc.
struct HeapUse {
  std::size_t used = 0;    ///< handed out, those of the system's own pieces included
  std::size_t unused = 0;  ///< between them, or kept for later
};
/// Any thread; takes the locks of the heap in turn for a moment.
HeapUse heap_use();

}  // namespace im
