#pragma once

#include <array>
#include <atomic>
#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "common/base/owner_thread.hpp"
#include "common/base/scheduler.hpp"
#include "common/base/slot.hpp"
#include "router/slots/slot_board.hpp"
#include "router/slots/slot_plan.hpp"
#include "router/slots/slot_store.hpp"
#include "router/slots/write_behind.hpp"

namespace im::router {

/// What another router says of its own lease.
enum class PeerLease : std::uint8_t { kFresh, kStale, kSilent };
struct PeerSays {
  PeerLease lease;
  bool told_time = false;  ///< it told the cluster's clock, which is heard by now
};

struct KeeperConfig {
  std::chrono::milliseconds lease{5000};   ///< of this router in the store
  std::chrono::milliseconds every{1000};   ///< renewal
  std::chrono::milliseconds margin{1000};  ///< our own lease is over so much earlier than the store's
  std::chrono::milliseconds settle{
      4000};  ///< a store that forgot: how long others have to find it and claim what they hold
  std::chrono::milliseconds silence{15000};  ///< peers that say nothing for this long do not live
};

/// How a router stands towards the store.
enum class Standing : std::uint8_t {
  kServing,  ///< its lease holds
  kFrozen,   ///< the store answers nobody: membership stands still, service goes on from memory
  kDoubt,    ///< its lease is over and it is not known whether others still have theirs: it gives no firm answer
};

/// For callers and the other routers; see Slots in router.proto.
struct SlotView {
  std::uint64_t version = 0;  ///< of this view: grows when it changes
  std::vector<std::pair<std::size_t, std::uint64_t>> held;
  std::vector<RouterSeat> live;
};

struct KeeperStats {
  std::atomic<std::uint64_t> claimed{0}, released{0}, lost{0}, renew_failures{0}, given_up{0};
};

/// Keeps this router's lease and its slots: claims what rendezvous hashing gives it, lets go what belongs to another,
/// stops serving when it may have been replaced (docs/decisions/0008). Before it takes anything it asks the others for
/// the time (docs/decisions/0130). Domain thread; view() and standing() any thread.
class SlotKeeper {
 public:
  struct Hooks {
    std::function<void(RouterSeat, std::function<void(PeerSays)>)> ask_peer;  ///< answers once, on the domain thread
  };
  SlotKeeper(KeeperConfig config, RouterSeat self, Scheduler& scheduler, SlotStore& store, SlotBoard& board,
             WriteBehind& writer);
  void start(Hooks hooks);
  /// Gives all slots back in order; `done` on the domain thread, at the latest after `patience`.
  void leave(std::chrono::milliseconds patience, std::function<void()> done);
  void stop() { stopped_ = true; }
  /// The store says that the slot is somebody else's.
  void fenced(std::size_t slot);

  Standing standing() const;
  /// 0 = not ours.
  std::uint64_t epoch(std::size_t slot) const { return epochs_[slot].load(std::memory_order_acquire); }
  SlotView view() const;
  /// gRPC address of the router that has the slot; "" = nobody that lives. Domain thread.
  std::string address_of_owner(std::size_t slot) const;
  std::size_t held() const { return held_count_.load(); }
  const KeeperStats& stats() const { return stats_; }
  bool store_up() const { return store_up_.load(); }

 private:
  void renew_in(std::chrono::milliseconds delay);
  void renew();
  void on_renewed(TimePoint sent, Result<Membership> result);
  bool went_back(const std::vector<SlotOwner>& slots) const;
  void reconcile();
  void claim(const std::vector<std::size_t>& slots);
  void on_claimed(const std::vector<std::pair<std::size_t, std::uint64_t>>& taken);
  void load(std::size_t slot, std::uint64_t epoch, int tries);
  void loaded(std::size_t slot, std::uint64_t epoch, const SlotFields& fields, bool late);
  void serve(std::size_t slot, std::uint64_t epoch);
  void release(const std::vector<std::size_t>& slots);
  void release_leaving();
  void release_settled(std::size_t slot);
  void drop(const std::vector<std::size_t>& slots);
  std::vector<RouterSeat> others() const;
  void hear_time(SlotPlan& plan);
  void judge();
  void ask_peers();
  void give_up();
  void publish();
  void check_left();
  std::vector<std::uint64_t> epochs() const;

  const KeeperConfig config_;
  const RouterSeat self_;
  Scheduler& scheduler_;
  SlotStore& store_;
  SlotBoard& board_;
  WriteBehind& writer_;
  Hooks hooks_;

  Membership membership_;
  std::array<std::atomic<std::uint64_t>, kSlots> epochs_{};  ///< of what we serve
  SlotSet busy_;                                             ///< being claimed, loaded or let go
  std::vector<std::size_t> leaving_;                         ///< flushed, to be released with the next call
  bool renewing_ = false;
  std::uint64_t renew_serial_ = 0;
  bool leaving_all_ = false;
  bool stopped_ = false;
  bool forgotten_ = false;  ///< the store was emptied since
  TimePoint forgotten_at_{};
  bool time_asked_ = false, time_heard_ = false;  ///< heard: or nobody can tell it
  std::function<void()> left_;
  int peers_open_ = 0;
  bool peer_fresh_ = false, peer_silent_ = false;

  std::atomic<TimePoint::rep> lease_until_{0};
  std::atomic<bool> frozen_{false}, store_up_{false};
  std::atomic<std::size_t> held_count_{0};
  mutable std::mutex view_mutex_;
  SlotView view_;
  KeeperStats stats_;
  [[no_unique_address]] OwnerThread owner_;
};

}  // namespace im::router
