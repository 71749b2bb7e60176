#include "comet/cluster/online_counts.hpp"

#include <utility>

#include "common/base/batch.hpp"

namespace im::comet {

void OnlineCounts::set(std::uint8_t worker, const std::string& id, std::int32_t count) {
  Room& room = rooms_[id];
  room.total += count - std::exchange(room.by_worker[worker], count);
  changed_[id] = room.total;
  if (count == 0) room.by_worker.erase(worker);
  if (room.by_worker.empty()) rooms_.erase(id);
}

CountReport OnlineCounts::next() { return full_ ? stretch() : changes(); }

CountReport OnlineCounts::stretch() const {
  CountReport report{true, full_from_, {}, {}};
  std::size_t bytes = 0;
  for (auto at = rooms_.lower_bound(full_from_); at != rooms_.end(); ++at) {
    bytes += at->first.size() + kRoomBytes;
    if (bytes > kMaxBatchBytes && !report.counts.empty()) {
      report.behind = at->first;
      break;
    }
    report.counts.emplace_back(at->first, at->second.total);
  }
  return report;
}

/// Forgotten once taken: counts are for people, and the next full report brings what a failed one did not.
CountReport OnlineCounts::changes() {
  CountReport report;
  for (std::size_t bytes = 0; !changed_.empty() && bytes < kMaxBatchBytes;) {
    const auto next = changed_.begin();
    bytes += next->first.size() + kRoomBytes;
    report.counts.emplace_back(next->first, next->second);
    changed_.erase(next);
  }
  cut_ = !changed_.empty();
  return report;
}

void OnlineCounts::reported(const CountReport& report) {
  if (!report.full) return;
  full_from_ = report.behind;
  full_ = !report.behind.empty();
}

}  // namespace im::comet
