#pragma once

namespace im {

/// Large buffers come from the system and go back to it, and so does the free end of each thread's heap. glibc
/// otherwise raises both bounds with the first large buffer, for ever (mallopt(3), "dynamic mmap threshold"). Once, at
/// the start.
void keep_heap_small();

/// Gives pages of the heap that hold nothing back to the system (glibc's malloc_trim; nothing elsewhere). Any thread.
/// Walks what is free under the locks of the heap, so other threads may wait some milliseconds: after a burst, not in a
/// loop.
void give_back_heap();

}  // namespace im
