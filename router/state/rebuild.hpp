#pragma once

#include <array>
#include <atomic>
#include <cstdint>
#include <map>
#include <mutex>
#include <optional>
#include <vector>

#include "common/base/ids.hpp"
#include "common/base/slot.hpp"

namespace im::router {

/// Which comets have yet to tell what they hold in which of our slots. Any thread; complete() takes no lock.
class Rebuild {
 public:
  struct Ask {
    CometInstance comet;
    SlotSet slots;
    SlotSet twice;                     ///< of them: those that need a second look
    std::vector<std::uint32_t> turns;  ///< of every slot when it was made: how often the slot had left this router
  };
  enum class Looks { kOne, kTwo };
  /// Two looks: a former owner of the slots may bind a login, for the moment in which it has not heard of the claim.
  void want(CometInstance comet, const SlotSet& slots, Looks looks);
  /// The comet is gone, or the slots are not ours any more.
  void forget(CometInstance comet);
  void forget(const SlotSet& slots);
  /// What to ask now: one question per comet at a time.
  std::optional<Ask> next();
  /// The answer to it is complete; not ok: it is asked again. What needs a second look stays open until settled().
  void answered(const Ask& ask, bool ok);
  /// The second look is done. Means the slots that have been ours since the question.
  void settled(const Ask& ask);
  /// A question of somebody else's making.
  Ask about(CometInstance comet, const SlotSet& slots) const;
  /// Slots of the question that have been ours ever since: an answer that came while a slot was away told it nothing.
  SlotSet unmoved(const Ask& ask) const;

  bool complete(std::size_t slot) const { return open_[slot].load(std::memory_order_acquire) == 0; }
  bool waits_for(CometInstance comet) const;
  std::size_t open() const;

 private:
  struct Asked {
    SlotSet waiting, running, settling;
    SlotSet twice;  ///< of waiting and running
    SlotSet open() const { return waiting | running | settling; }
    bool active = false;
  };
  void settle(CometInstance comet, const SlotSet& before);
  SlotSet unmoved_locked(const Ask& ask, SlotSet slots) const;

  mutable std::mutex mutex_;
  std::map<CometInstance, Asked> comets_;
  std::vector<std::uint32_t> turns_ = std::vector<std::uint32_t>(kSlots);
  std::array<std::atomic<std::uint32_t>, kSlots> open_{};  ///< comets per slot
};

}  // namespace im::router
