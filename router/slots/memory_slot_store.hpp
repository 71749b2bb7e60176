#pragma once

#include <map>
#include <mutex>
#include <unordered_map>

#include "common/base/clock.hpp"
#include "router/slots/slot_store.hpp"

namespace im::router {

/// SlotStore in this process: for exactly one router, and for tests, in which several may share one. Any thread.
class MemorySlotStore final : public SlotStore {
 public:
  struct Options {
    std::function<TimePoint()> clock = monotonic_now;
    /// Where callbacks run. As it is: on the caller's thread, before the call returns (no lock is held meanwhile).
    std::function<void(std::function<void()>)> post = [](const std::function<void()>& callback) { callback(); };
    bool keep_fields = true;  ///< false: write() keeps nothing: one router, which has it all in its own memory
  };
  MemorySlotStore() : MemorySlotStore(Options()) {}
  explicit MemorySlotStore(Options options);

  void renew(const RouterSeat& self, std::chrono::milliseconds ttl, std::uint64_t known_version,
             Done<Membership> done) override;
  void claim(RouterId self, const std::vector<std::size_t>& slots, std::uint64_t floor,
             Done<std::vector<std::pair<std::size_t, std::uint64_t>>> done) override;
  void release(RouterId self, const std::vector<std::size_t>& slots, Done<Ok> done) override;
  void leave(RouterId self, Done<Ok> done) override;
  void write(std::size_t slot, const SlotOwner& by, std::vector<SlotWrite> changes, bool replace,
             Done<Ok> done) override;
  void load(std::size_t slot, const SlotOwner& by, Done<SlotFields> done) override;

  /// For tests: as a store that lost everything; as one that cannot be reached (kUnavailable, no effect).
  void forget();
  void set_down(bool down);

 private:
  struct Seat {
    std::string address;
    TimePoint until;
  };
  using Fields = std::unordered_map<std::string, std::string>;

  /// Runs `work` under the guard when the store is up, and then `done` with what it gives.
  template <class T, class Work>
  void answer(Done<T> done, Work&& work);
  bool lives(RouterId id) const;
  std::uint64_t unix_now() const;
  void table_changed();
  Status fenced(std::size_t slot, const SlotOwner& by) const;

  const Options options_;
  const TimePoint began_;
  const std::uint64_t began_unix_ms_;
  std::mutex mutex_;  // everything below
  bool down_ = false;
  std::map<RouterId, Seat> seats_;
  std::uint64_t version_ = 0, last_version_ = 0;  // the last one is not lost by forget()
  std::vector<SlotOwner> slots_{kSlots};
  std::vector<Fields> fields_{kSlots};
};

}  // namespace im::router
