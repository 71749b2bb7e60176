#include "router/slot_keeper.hpp"

#include <map>
#include <memory>
#include <random>
#include <set>

#include <gtest/gtest.h>

#include "router/memory_slot_store.hpp"
#include "tests/support/manual_scheduler.hpp"

namespace im::router {
namespace {

using namespace std::chrono_literals;

/// The way of one router to the shared store.
class OwnLine final : public SlotStore {
 public:
  explicit OwnLine(SlotStore& store) : store_(store) {}
  bool cut = false;

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
    cut ? done(down()) : store_.load(slot, by, std::move(done));
  }

 private:
  static Error down() { return {Error::Code::kUnavailable, "the line is cut"}; }
  SlotStore& store_;
};

/// One text per slot stands for everything a slot holds.
class Board final : public SlotBoard {
 public:
  void load(std::size_t slot, const SlotFields& fields) override {
    for (const auto& [field, value] : fields) text[slot] = value;
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
      hooks.ask_peer = [&test](const RouterSeat& seat, const std::function<void(PeerLease)>& done) {
        test.scheduler_.post([&test, seat, done] { done(test.lease_of(seat.id)); });
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

  ManualScheduler scheduler_;
  MemorySlotStore store_{MemorySlotStore::Options{.clock = [this] { return scheduler_.now(); }}};
  std::map<RouterId, std::unique_ptr<Router>> routers_;
  std::vector<std::unique_ptr<Router>> graves_;
};

TEST_F(SlotKeeperTest, OneRouterTakesEverything) {
  Router& one = add(1);
  go(1s);
  EXPECT_EQ(one.keeper.held(), kSlots);
  EXPECT_TRUE(one.board.owned.all());
  EXPECT_EQ(one.keeper.standing(), Standing::kServing);
}

TEST_F(SlotKeeperTest, ASecondRouterGetsItsShareWithWhatIsInIt) {
  Router& one = add(1);
  go(1s);
  for (std::size_t slot = 0; slot < kSlots; ++slot) one.set(slot, "of " + std::to_string(slot));
  Router& two = add(2);
  go(5s);
  EXPECT_EQ(one.keeper.held() + two.keeper.held(), kSlots);
  EXPECT_GT(two.keeper.held(), kSlots / 3);
  for (std::size_t slot = 0; slot < kSlots; ++slot)
    EXPECT_EQ((two.board.owned[slot] ? two : one).board.text[slot], "of " + std::to_string(slot));
}

TEST_F(SlotKeeperTest, TheSlotsOfAKilledRouterGoToTheOthersWithHigherEpochs) {
  Router& one = add(1);
  Router& two = add(2);
  go(5s);
  std::map<std::size_t, std::uint64_t> before;
  for (std::size_t slot = 0; slot < kSlots; ++slot) before[slot] = one.keeper.epoch(slot);
  kill(1);
  go(4s);
  EXPECT_LT(two.keeper.held(), kSlots);  // its lease holds
  go(4s);
  EXPECT_EQ(two.keeper.held(), kSlots);
  for (const auto& [slot, epoch] : before) EXPECT_GT(two.keeper.epoch(slot), epoch);
}

TEST_F(SlotKeeperTest, ARouterThatLeavesGivesEverythingAwayBeforeItGoes) {
  Router& one = add(1);
  Router& two = add(2);
  go(5s);
  for (std::size_t slot = 0; slot < kSlots; ++slot) {
    if (one.board.owned[slot]) one.set(slot, "last words");
  }
  bool left = false;
  one.keeper.leave(10s, [&left] { left = true; });
  go(3s);
  EXPECT_TRUE(left);
  EXPECT_EQ(one.keeper.held(), 0U);
  EXPECT_EQ(two.keeper.held(), kSlots);
  EXPECT_EQ(std::count_if(two.board.text.begin(), two.board.text.end(),
                          [](const auto& entry) { return entry.second == "last words"; }),
            static_cast<std::ptrdiff_t>(two.board.text.size()));
  EXPECT_GT(two.board.text.size(), kSlots / 3);
}

TEST_F(SlotKeeperTest, AStoreThatAnswersNobodyFreezesMembership) {
  Router& one = add(1);
  Router& two = add(2);
  go(5s);
  const std::size_t held = one.keeper.held();
  store_.set_down(true);
  go(30s);
  EXPECT_EQ(one.keeper.standing(), Standing::kFrozen);
  EXPECT_EQ(two.keeper.standing(), Standing::kFrozen);
  EXPECT_EQ(one.keeper.held(), held);
  one.set(one.board.owned._Find_first(), "while it was down");
  store_.set_down(false);
  go(5s);
  EXPECT_EQ(one.keeper.standing(), Standing::kServing);
  EXPECT_EQ(one.keeper.held(), held);
  EXPECT_EQ(served(), kSlots);
}

TEST_F(SlotKeeperTest, AnEmptiedStoreIsFilledAgainAndNobodyLosesSlots) {
  Router& one = add(1);
  Router& two = add(2);
  go(5s);
  const SlotSet owned = one.board.owned;
  const std::size_t mine = owned._Find_first();
  one.set(mine, "kept");
  go(1s);
  store_.forget();
  go(6s);
  EXPECT_EQ(one.board.owned, owned);
  EXPECT_EQ(two.board.owned, ~owned);
  std::string found;
  store_.load(mine, {1, one.keeper.epoch(mine)}, [&found](const Result<SlotFields>& fields) {
    if (fields.ok() && !fields.value().empty()) found = fields.value().front().second;
  });
  EXPECT_EQ(found, "kept");
}

TEST_F(SlotKeeperTest, ARouterCutOffFromTheStoreStopsAnsweringBeforeOthersTakeItsSlots) {
  Router& one = add(1);
  Router& two = add(2);
  go(5s);
  one.line.cut = true;
  go(20s);
  EXPECT_EQ(one.keeper.held(), 0U);
  EXPECT_EQ(one.keeper.stats().given_up, 1U);
  EXPECT_EQ(two.keeper.held(), kSlots);
  one.line.cut = false;
  go(5s);
  EXPECT_GT(one.keeper.held(), 0U);
  EXPECT_EQ(served(), kSlots);
}

TEST_F(SlotKeeperTest, NoSlotIsEverServedTwiceWhateverHappens) {
  std::mt19937 random(7);
  RouterId next = 1;
  for (int step = 0; step < 150; ++step) {
    const auto dice = random() % 10;
    const auto pick = [&] {
      return std::next(routers_.begin(), static_cast<std::ptrdiff_t>(random() % routers_.size()));
    };
    if (routers_.size() < 2 || (dice < 2 && routers_.size() < 4)) {
      add(next++);
    } else if (dice == 2) {
      kill(pick()->first);
    } else if (dice == 3) {
      store_.forget();
    } else if (dice == 4) {
      store_.set_down(true);
    } else if (dice == 5) {
      store_.set_down(false);
    } else if (dice < 8) {
      auto& line = pick()->second->line;
      line.cut = !line.cut;
    }
    go(std::chrono::milliseconds(random() % 4000));
    if (HasFatalFailure()) return;
  }
  store_.set_down(false);
  for (const auto& [id, router] : routers_) router->line.cut = false;
  go(30s);
  EXPECT_EQ(served(), kSlots);
}

}  // namespace
}  // namespace im::router
