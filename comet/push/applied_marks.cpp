#include "comet/push/applied_marks.hpp"

namespace im::comet {

bool AppliedMarks::advance(const Log& log, std::int32_t partition, std::int64_t offset) {
  const auto [mark, fresh] = marks_.try_emplace({log, partition}, offset);
  if (fresh) return true;
  if (offset <= mark->second) return false;
  mark->second = offset;
  return true;
}

void AppliedMarks::forget(const Log& log, std::int32_t partition) { marks_.erase({log, partition}); }

}  // namespace im::comet
