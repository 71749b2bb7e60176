#include "common/base/heap.hpp"

#include <cstdlib>  // defines __GLIBC__

#ifdef __GLIBC__
#include <malloc.h>
#endif

namespace im {

void keep_heap_small() {
#ifdef __GLIBC__
  constexpr int kLarge = 256 << 10;
  mallopt(M_MMAP_THRESHOLD, kLarge);
  mallopt(M_TRIM_THRESHOLD, kLarge);
#endif
}

void give_back_heap() {
#ifdef __GLIBC__
  malloc_trim(0);
#endif
}

bool BurstWatch::over(std::size_t passed, bool busy) {
  const std::size_t lately = passed - till_now_;
  till_now_ = passed;
  if (passed - till_return_ < kBurst || lately >= kQuiet || busy) return false;
  till_return_ = passed;
  return true;
}

HeapUse heap_use() {
#ifdef __GLIBC__
  const struct mallinfo2 info = mallinfo2();
  return {info.uordblks + info.hblkhd, info.fordblks};
#else
  return {};
#endif
}

}  // namespace im
