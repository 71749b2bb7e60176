#pragma once

#include <array>
#include <cstddef>
#include <mutex>
#include <optional>
#include <unordered_map>
#include <vector>

#include "common/base/clock.hpp"
#include "common/base/ids.hpp"
#include "common/base/slot.hpp"
#include "router/slots/slot_board.hpp"

namespace im::router {

/// Who wants to know how a user of our slots is, until when. In memory only: whoever wants to know asks again in time.
/// Bounded for each user and in all. Any thread; the clock is passed in.
class WatcherBoard final : public SlotBoard {
 public:
  struct Limits {
    std::size_t of_one = 5000;
    std::size_t all = 1'000'000;
  };
  explicit WatcherBoard(Limits limits) : limits_(limits) {}

  enum class Outcome { kDone, kFull, kElsewhere };
  Outcome watch(Uid uid, Uid watcher, TimePoint until, TimePoint now);
  Outcome forget(Uid uid, Uid watcher);
  /// nullopt: another router has the slot.
  std::optional<std::vector<Uid>> watchers_of(Uid uid, TimePoint now) const;
  /// Now and then: looks at some slots, and at all of them within a minute of calls ten times a second.
  void tick(TimePoint now);
  std::size_t size() const;

  void load(std::size_t, const SlotFields&) override {}
  void own(std::size_t slot, std::uint64_t epoch) override;
  void disown(std::size_t slot) override;
  std::vector<SlotWrite> dump(std::size_t) override { return {}; }

 private:
  using Watchers = std::unordered_map<Uid, TimePoint>;
  using Slot = std::unordered_map<Uid, Watchers>;

  void drop_old(Watchers& watchers, TimePoint now);
  void clear(Slot& slot);

  const Limits limits_;
  mutable std::mutex mutex_;
  SlotSet owned_;
  std::array<Slot, kSlots> slots_;
  std::size_t size_ = 0;
  std::size_t next_ = 0;  ///< the slot that tick() looks at next
};

}  // namespace im::router
