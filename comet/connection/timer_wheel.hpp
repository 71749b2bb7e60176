#pragma once

#include <cstdint>
#include <vector>

namespace im::comet {

/// Links of one entry, kept in the entry itself.
struct WheelLink {
  std::uint32_t previous = 0;
  std::uint32_t next = 0;
  std::uint32_t bucket = kUnlinked;
  std::uint32_t deadline = 0;  ///< tick at which the entry is due; moved later without relinking
  static constexpr std::uint32_t kUnlinked = 0xffffffff;
};

/// One deadline per connection, in ticks. Intrusive and lazy: postponing a deadline only stores it; the entry is looked
/// at when its bucket comes round. One worker. `Store` maps an entry's index to its WheelLink.
template <class Store>
class TimerWheel {
 public:
  static constexpr std::uint32_t kBuckets = 4096;
  static constexpr std::uint32_t kNone = 0xffffffff;

  explicit TimerWheel(Store& store) : store_(store), heads_(kBuckets, kNone) {}

  std::uint32_t now() const { return now_; }

  void set(std::uint32_t index, std::uint32_t deadline) {
    WheelLink& link = store_.wheel_link(index);
    link.deadline = deadline > now_ ? deadline : now_ + 1;
    if (link.bucket == WheelLink::kUnlinked) {
      insert(index, link);
    } else if (bucket_is_later(link)) {
      remove(index);
      insert(index, link);
    }
  }

  void remove(std::uint32_t index) {
    WheelLink& link = store_.wheel_link(index);
    if (link.bucket == WheelLink::kUnlinked) return;
    if (link.previous == kNone) {
      heads_[link.bucket] = link.next;
    } else {
      store_.wheel_link(link.previous).next = link.next;
    }
    if (link.next != kNone) store_.wheel_link(link.next).previous = link.previous;
    link.bucket = WheelLink::kUnlinked;
  }

  /// Moves to tick `now`, calling expired(index) for each entry that is due; it is unlinked before the call.
  template <class Expired>
  void advance(std::uint32_t now, Expired&& expired) {
    while (now_ < now) {
      ++now_;
      std::vector<std::uint32_t> due;
      for (std::uint32_t index = heads_[now_ % kBuckets]; index != kNone;) {
        const WheelLink& link = store_.wheel_link(index);
        due.push_back(index);
        index = link.next;
      }
      for (const std::uint32_t index : due) {
        WheelLink& link = store_.wheel_link(index);
        // An earlier callback of this tick may have closed or moved the entry.
        if (link.bucket != now_ % kBuckets) continue;
        remove(index);
        if (link.deadline > now_) {
          insert(index, link);
        } else {
          expired(index);
        }
      }
    }
  }

 private:
  /// The entry would be looked at only after its new deadline.
  bool bucket_is_later(const WheelLink& link) const {
    const std::uint32_t ahead = (link.bucket + kBuckets - now_ % kBuckets) % kBuckets;
    const std::uint32_t visit = now_ + (ahead == 0 ? kBuckets : ahead);
    return visit > link.deadline;
  }

  void insert(std::uint32_t index, WheelLink& link) {
    const std::uint32_t furthest = now_ + kBuckets - 1;
    const std::uint32_t tick = link.deadline < furthest ? link.deadline : furthest;
    link.bucket = tick % kBuckets;
    link.previous = kNone;
    link.next = heads_[link.bucket];
    if (link.next != kNone) store_.wheel_link(link.next).previous = index;
    heads_[link.bucket] = index;
  }

  Store& store_;
  std::vector<std::uint32_t> heads_;
  std::uint32_t now_ = 0;
};

}  // namespace im::comet
