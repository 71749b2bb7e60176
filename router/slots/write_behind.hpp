#pragma once

#include <array>
#include <atomic>
#include <cstdint>
#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "common/base/scheduler.hpp"
#include "common/base/slot.hpp"
#include "router/slots/slot_journal.hpp"
#include "router/slots/slot_store.hpp"

namespace im::router {

struct WriteBehindStats {
  std::atomic<std::uint64_t> written{0}, failed{0}, fenced{0}, rewritten{0};
};

/// Writes the changes of our slots to the store, a moment later and gathered per slot. A store that does not answer
/// costs no memory: the slot is written whole when it is back. put() and erase(): any thread; the rest: the domain
/// thread.
class WriteBehind final : public SlotJournal {
 public:
  using Dump = std::function<std::vector<SlotWrite>(std::size_t slot)>;
  WriteBehind(Scheduler& scheduler, SlotStore& store, RouterId self);
  /// `fenced`: the slot is somebody else's by now.
  void start(Dump dump, std::function<void(std::size_t slot)> fenced);
  void stop() { stopped_ = true; }

  void put(std::size_t slot, std::string field, std::string value) override { change(slot, std::move(field), value); }
  void erase(std::size_t slot, std::string field) override { change(slot, std::move(field), std::nullopt); }

  /// The slot is ours with this epoch; 0: it is not, what waits is dropped.
  void held(std::size_t slot, std::uint64_t epoch);
  /// Everything of the slot is to be written anew.
  void rewrite(std::size_t slot);
  /// Before the board forgets the slot: while a write of everything may come, what there is now is kept for it.
  void keep(std::size_t slot);
  /// `done` comes when everything changed so far is written (true) or could not be (false).
  void settle(std::size_t slot, std::function<void(bool)> done);
  const WriteBehindStats& stats() const { return stats_; }

 private:
  struct Slot {
    std::mutex mutex;
    std::unordered_map<std::string, std::optional<std::string>> changes;
    bool whole = false;  ///< the next write is of everything: changes need not be kept
    std::optional<std::map<std::string, std::optional<std::string>>> kept;  ///< see keep(): everything, then
    // Domain thread:
    std::uint64_t epoch = 0;
    bool in_flight = false;
    bool refused = false;  ///< the store fenced a write of this epoch: what we have may not be there
    std::vector<std::function<void(bool)>> waiting, covered;  ///< for the next write; for the one in flight
  };
  void change(std::size_t slot, std::string field, std::optional<std::string> value);
  void mark(std::size_t slot);
  void tick();
  void write(std::size_t index);
  void written(std::size_t index, std::uint64_t epoch, const Result<Ok>& result);

  Scheduler& scheduler_;
  SlotStore& store_;
  const RouterId self_;
  Dump dump_;
  std::function<void(std::size_t)> fenced_;
  std::array<Slot, kSlots> slots_;
  std::mutex dirty_mutex_;
  SlotSet dirty_;
  std::size_t in_flight_ = 0;
  bool stopped_ = false;
  TimePoint not_before_{};  ///< after a failure
  WriteBehindStats stats_;
};

}  // namespace im::router
