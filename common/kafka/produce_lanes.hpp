#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <utility>
#include <vector>

#include "common/base/clock.hpp"

namespace im::kafka {

/// When records go to the broker: of each partition one lot is under way at a time; what comes meanwhile waits and goes
/// together when that lot is done. So lots grow only as far as acknowledgements are slow, and an idle partition is
/// written at once. Order within a lane is that of wait() and sent(). Pure; the caller locks. `Record` is a pointer
/// whose target has bytes().
template <typename Record>
class ProduceLanes {
 public:
  /// A lot that takes longer holds nothing back: retries and time-outs are the client library's business.
  static constexpr std::chrono::milliseconds kPatience{100};
  /// Of one lot; at least one record.
  static constexpr std::size_t kLotBytes = 1'000'000;

  std::size_t size() const { return lanes_.size(); }
  /// Forgets what is under way. Nothing waits: see take_back().
  void resize(std::size_t lanes) { lanes_ = std::vector<Lane>(lanes); }

  /// True: the record may go now. A lane that there is not is always free.
  bool free(std::int32_t lane) const { return !known(lane) || (at(lane).under_way == 0 && at(lane).waiting.empty()); }
  void wait(std::int32_t lane, Record record) { at(lane).waiting.push_back(std::move(record)); }
  void sent(std::int32_t lane, TimePoint now) {
    if (!known(lane)) return;
    ++at(lane).under_way;
    at(lane).last_sent = now;
  }

  /// One record of the lane is done, whatever became of it. Returns the next lot, when this was the last one.
  std::vector<Record> done(std::int32_t lane) {
    if (!known(lane)) return {};
    Lane& one = at(lane);
    if (one.under_way > 0) --one.under_way;
    return one.under_way == 0 ? take_lot(one) : std::vector<Record>();
  }
  /// Lots that have waited long enough.
  std::vector<Record> overdue(TimePoint now) {
    std::vector<Record> all;
    for (Lane& lane : lanes_) {
      if (lane.waiting.empty() || now - lane.last_sent < kPatience) continue;
      for (Record& record : take_lot(lane)) all.push_back(std::move(record));
    }
    return all;
  }
  /// Everything that waits, lane by lane.
  std::vector<Record> take_back() {
    std::vector<Record> all;
    for (Lane& lane : lanes_) {
      for (Record& record : lane.waiting) all.push_back(std::move(record));
      lane.waiting.clear();
    }
    return all;
  }

 private:
  struct Lane {
    std::size_t under_way = 0;
    TimePoint last_sent{};
    std::deque<Record> waiting;
  };

  bool known(std::int32_t lane) const { return lane >= 0 && static_cast<std::size_t>(lane) < lanes_.size(); }
  Lane& at(std::int32_t lane) { return lanes_[static_cast<std::size_t>(lane)]; }
  const Lane& at(std::int32_t lane) const { return lanes_[static_cast<std::size_t>(lane)]; }

  std::vector<Record> take_lot(Lane& lane) {
    std::vector<Record> lot;
    std::size_t bytes = 0;
    while (!lane.waiting.empty() && (lot.empty() || bytes + lane.waiting.front()->bytes() <= kLotBytes)) {
      bytes += lane.waiting.front()->bytes();
      lot.push_back(std::move(lane.waiting.front()));
      lane.waiting.pop_front();
    }
    return lot;
  }

  std::vector<Lane> lanes_;
};

}  // namespace im::kafka
