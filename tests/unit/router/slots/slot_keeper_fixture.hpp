#pragma once

#include <map>
#include <memory>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "router/slots/memory_slot_store.hpp"
#include "router/slots/slot_keeper.hpp"
#include "tests/support/manual_scheduler.hpp"

namespace im::router {

using namespace std::chrono_literals;

/// The way of one router to the shared store.
class OwnLine final : public SlotStore {
 public:
  explicit OwnLine(SlotStore& store) : store_(store) {}
  bool cut = false, no_loads = false;

  void renew(const RouterSeat& self, std::chrono::milliseconds ttl, std::uint64_t known,
             Done<Membership> done) override {
    cut ? done(down()) : store_.renew(self, ttl, known, std::move(done));
  }
  void claim(RouterId self, const std::vector<std::size_t>& slots, std::uint64_t floor,
             Done<std::vector<std::pair<std::size_t, std::uint64_t>>> done) override {
    cut ? done(down()) : store_.claim(self, slots, floor, std::move(done));
  }
  void release(RouterId self, const std::vector<std::size_t>& slots, Done<Ok> done) override {
    cut ? done(down()) : store_.release(self, slots, std::move(done));
  }
  void leave(RouterId self, Done<Ok> done) override { cut ? done(down()) : store_.leave(self, std::move(done)); }
  void write(std::size_t slot, const SlotOwner& by, std::vector<SlotWrite> changes, bool replace,
             Done<Ok> done) override {
    cut ? done(down()) : store_.write(slot, by, std::move(changes), replace, std::move(done));
  }
  void load(std::size_t slot, const SlotOwner& by, Done<SlotFields> done) override {
    cut || no_loads ? done(down()) : store_.load(slot, by, std::move(done));
  }

 private:
  static Error down() { return {Error::Code::kUnavailable, "the line is cut"}; }
  SlotStore& store_;
};

/// One text per slot stands for everything a slot holds.
class Board final : public SlotBoard {
 public:
  void load(std::size_t slot, const SlotFields& fields) override {
    for (const auto& [field, value] : fields) text.emplace(slot, value);
  }
  void own(std::size_t slot, std::uint64_t) override { owned.set(slot); }
  void disown(std::size_t slot) override {
    owned.reset(slot);
    text.erase(slot);
  }
  std::vector<SlotWrite> dump(std::size_t slot) override {
    return text.contains(slot) ? std::vector<SlotWrite>{{"text", text[slot]}} : std::vector<SlotWrite>{};
  }
  SlotSet owned;
  std::map<std::size_t, std::string> text;
};

class SlotKeeperTest : public testing::Test {
 protected:
  struct Router {
    Router(SlotKeeperTest& test, RouterId id)
        : line(test.store_),
          writer(test.scheduler_, line, id),
          keeper({}, {id, "router-" + std::to_string(id)}, test.scheduler_, line, board, writer) {
      writer.start([this](std::size_t slot) { return board.dump(slot); },
                   [this](std::size_t slot) { keeper.fenced(slot); });
      SlotKeeper::Hooks hooks;
      hooks.ask_peer = [&test](const RouterSeat& seat, const std::function<void(PeerSays)>& done) {
        if (test.peers_hang_) return test.hanging_.push_back(done);
        test.scheduler_.post([&test, seat, done] { done({test.lease_of(seat.id), test.time_known_}); });
      };
      keeper.start(hooks);
    }
    void set(std::size_t slot, const std::string& value) {
      board.text[slot] = value;
      writer.put(slot, "text", value);
    }
    OwnLine line;
    Board board;
    WriteBehind writer;
    SlotKeeper keeper;
  };

  Router& add(RouterId id) { return *routers_.emplace(id, std::make_unique<Router>(*this, id)).first->second; }
  /// As kill -9: it does nothing any more (what it had posted finds it stopped).
  void kill(RouterId id) {
    routers_[id]->keeper.stop();
    routers_[id]->writer.stop();
    graves_.push_back(std::move(routers_[id]));
    routers_.erase(id);
  }
  PeerLease lease_of(RouterId id) {
    if (!routers_.contains(id)) return PeerLease::kSilent;
    return routers_[id]->keeper.standing() == Standing::kServing ? PeerLease::kFresh : PeerLease::kStale;
  }
  /// Slots that two routers would answer for at this moment so that a caller could not tell who is right: with leases
  /// that hold, or with the same epoch. (A frozen router that was cut off with all it knew may serve beside a newer
  /// one; callers believe the higher epoch.)
  std::size_t doubly_served() {
    std::size_t twice = 0;
    for (std::size_t slot = 0; slot < kSlots; ++slot) {
      int firm = 0;
      std::multiset<std::uint64_t> epochs;
      for (const auto& [id, router] : routers_) {
        if (router->keeper.epoch(slot) == 0 || router->keeper.standing() == Standing::kDoubt) continue;
        epochs.insert(router->keeper.epoch(slot));
        firm += router->keeper.standing() == Standing::kServing ? 1 : 0;
      }
      const bool same = std::set(epochs.begin(), epochs.end()).size() != epochs.size();
      twice += firm > 1 || same ? 1 : 0;
    }
    return twice;
  }
  std::size_t served() {
    std::size_t served = 0;
    for (const auto& [id, router] : routers_) served += router->keeper.held();
    return served;
  }
  void go(Duration by) {
    for (Duration passed{}; passed < by; passed += 50ms) {
      scheduler_.advance(50ms);
      ASSERT_EQ(doubly_served(), 0U);
    }
  }

  bool time_known_ = true;  ///< routers that are asked tell the time
  bool peers_hang_ = false;
  std::vector<std::function<void(PeerSays)>> hanging_;
  ManualScheduler scheduler_;
  MemorySlotStore store_{MemorySlotStore::Options{.clock = [this] { return scheduler_.now(); }}};
  std::map<RouterId, std::unique_ptr<Router>> routers_;
  std::vector<std::unique_ptr<Router>> graves_;
};

}  // namespace im::router
