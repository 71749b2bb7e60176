#pragma once

#include <array>
#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <mutex>
#include <string>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "common/base/slot.hpp"
#include "router/slots/slot_board.hpp"
#include "router/slots/slot_event.hpp"

namespace im::router {

/// Which subjects of which slots have changed and have yet to be told, and to whom
/// (docs/decisions/0012-slot-events.md). A watcher is one stream of a logic; a slot belongs to the watcher that wins
/// its rendezvous, and is told by one watcher at a time. Bounded: a slot with `max_subjects` more changed subjects than
/// it had when it began begins anew instead. Any thread; `known` is asked under our guard, so whoever calls changed()
/// must not hold what it takes.
class EventBoard final : public SlotBoard, public ChangeListener {
 public:
  using Watcher = std::uint64_t;  ///< from 1
  /// `subjects`: everything of a slot that has a state to tell. Called without a guard of ours held.
  /// `known`: nothing is missing in this slot (RouterState::complete).
  struct Sources {
    std::function<std::vector<Subject>(std::size_t slot)> subjects;
    std::function<bool(std::size_t slot)> known;
    /// Something waits again. Called under our guard: it only wakes somebody.
    std::function<void()> news;
  };
  EventBoard(Sources sources, std::size_t max_subjects);

  void changed(std::size_t slot, Subject subject) override;

  /// A logic listens from here on; `name` decides its share of the slots.
  Watcher watch(const std::string& name);
  /// It is gone: what it has not settled is told to others.
  void leave(Watcher watcher);
  /// At most `limit` events for this watcher, in order within a slot; none while its last ones are not settled.
  std::vector<SlotEvent> take(Watcher watcher, std::size_t limit);
  /// The events taken last have been dealt with.
  void settle(Watcher watcher);

  void load(std::size_t, const SlotFields&) override {}
  void own(std::size_t slot, std::uint64_t epoch) override;
  void disown(std::size_t slot) override;
  std::vector<SlotWrite> dump(std::size_t) override { return {}; }

  struct Figures {
    std::size_t watchers = 0, waiting = 0;
    std::uint64_t told = 0, repeated = 0, restarts = 0;
  };
  Figures figures() const;

 private:
  struct Slot {
    bool owned = false;
    bool begins = false;      ///< all of it is to be told anew
    bool known_told = false;  ///< kKnown stands in the queue or has been told
    std::uint64_t epoch = 0, number = 0;
    std::size_t begun = 0;         ///< subjects told when it began
    Watcher winner = 0, busy = 0;  ///< who is to be told; whose events are not settled
    std::deque<SlotEvent> waiting;
    std::unordered_set<Subject> marked;  ///< those in `waiting`
  };
  struct Taken {
    std::string name;
    std::vector<SlotEvent> events;
  };

  void append(std::size_t index, Subject subject);
  void begin(std::size_t index);
  void share_slots();
  std::vector<std::size_t> begin_slots(Watcher watcher);
  void say_known(std::size_t index);

  const Sources sources_;
  const std::size_t max_subjects_;
  mutable std::mutex mutex_;
  std::array<Slot, kSlots> slots_;
  std::map<Watcher, Taken> watchers_;
  Watcher last_watcher_ = 0;
  std::size_t next_slot_ = 0;  ///< where the next take() begins, so that no slot starves
  Figures figures_;
};

}  // namespace im::router
