#include "router/nodes/node_registry.hpp"

#include <set>

#include <gtest/gtest.h>

#include "common/base/slot.hpp"
#include "tests/unit/router/router_fakes.hpp"

namespace im::router {
namespace {

using namespace std::chrono_literals;

class NodeRegistryTest : public testing::Test {
 protected:
  static NodeRow comet(const std::string& name, const std::string& address) {
    NodeRow row;
    row.kind = NodeKind::kComet;
    row.name = name;
    row.grpc_address = address;
    row.hostname = "host-a";
    return row;
  }
  Result<NodeRegistry::Registered> add(const std::string& name, const std::string& address, Duration when,
                                       CometInstance previous = {}) {
    return nodes_.add(comet(name, address), previous, at(when), 1000);
  }
  NodeRegistry::Lease renew(const std::string& name, InstanceEpoch epoch, Duration when) {
    return nodes_.renew(NodeKind::kComet, name, epoch, {}, at(when), 1000);
  }
  static TimePoint at(Duration since) { return TimePoint{} + 1h + since; }
  FakeJournal journal_;
  NodeRegistry nodes_{10s, journal_};
};

TEST_F(NodeRegistryTest, TheLeaseDecidesWhoIsAlive) {
  const auto self = add("c1", "a:1", 0s).value().self;
  EXPECT_TRUE(nodes_.alive(self));
  EXPECT_EQ(renew("c1", self.epoch, 9s), NodeRegistry::Lease::kOk);
  EXPECT_TRUE(nodes_.expire(at(18s)).empty());
  EXPECT_EQ(nodes_.expire(at(19s)), std::vector<CometInstance>{self});
  EXPECT_FALSE(nodes_.alive(self));
  EXPECT_EQ(renew("c1", self.epoch, 19s), NodeRegistry::Lease::kUnknown);
}

TEST_F(NodeRegistryTest, TwoNodesOfOneNameAreToldWhoHoldsIt) {
  add("c1", "a:1", 0s);
  const auto second = add("c1", "b:1", 1s);
  ASSERT_FALSE(second.ok());
  EXPECT_EQ(second.error().code, Error::Code::kConflict);
  EXPECT_NE(second.error().message.find("host-a at a:1"), std::string::npos);
  EXPECT_TRUE(add("c1", "b:1", 11s).ok());  // the lease is over
}

TEST_F(NodeRegistryTest, ARestartedNodeGetsAHigherEpochAndTheOldOneIsFenced) {
  const auto first = add("c1", "a:1", 0s).value().self;
  const auto second = add("c1", "a:1", 1s).value().self;
  EXPECT_EQ(first.number, second.number);
  EXPECT_GT(second.epoch, first.epoch);
  EXPECT_FALSE(nodes_.alive(first));
  EXPECT_EQ(renew("c1", first.epoch, 2s), NodeRegistry::Lease::kFenced);
  EXPECT_EQ(nodes_.expire(at(2s)), std::vector<CometInstance>{first});
}

TEST_F(NodeRegistryTest, ARouterWithoutMemoryGivesACometItsPlaceBack) {
  const CometInstance before{CometNumber(4), InstanceEpoch(5000)};
  const auto back = add("c1", "a:1", 0s, before).value();
  EXPECT_TRUE(back.kept);
  EXPECT_EQ(back.self, before);
  EXPECT_FALSE(add("c2", "b:1", 0s, before).value().kept);  // the number is taken
}

TEST_F(NodeRegistryTest, AZombieDoesNotGetItsPlaceBack) {
  const auto first = add("c1", "a:1", 0s).value().self;
  const auto second = add("c1", "a:1", 1s).value().self;
  const auto zombie = add("c1", "a:1", 2s, first).value();
  EXPECT_FALSE(zombie.kept);
  EXPECT_GT(zombie.self.epoch, second.epoch);
}

TEST_F(NodeRegistryTest, ACometThatWakesUpAfterItsLeaseDoesNotGetItsPlaceBack) {
  const auto self = add("c1", "a:1", 0s).value().self;
  nodes_.expire(at(10s));
  const auto back = add("c1", "a:1", 60s, self).value();
  EXPECT_FALSE(back.kept);
  EXPECT_GT(back.self.epoch, self.epoch);
}

TEST_F(NodeRegistryTest, AStandstillOfTheRouterCostsNobodyItsLease) {
  const auto self = add("c1", "a:1", 0s).value().self;
  nodes_.extend(30s);
  EXPECT_TRUE(nodes_.expire(at(39s)).empty());
  EXPECT_TRUE(nodes_.alive(self));
}

TEST_F(NodeRegistryTest, AFollowerKnowsWhoCameAndWhoWent) {
  NodeRegistry follower{10s, journal_};
  const auto one = add("c1", "a:1", 0s).value().self;
  const auto two = add("c2", "b:1", 0s).value().self;
  const auto first = follower.follow(nodes_.list(std::nullopt), true);
  EXPECT_EQ(first.came, (std::vector<CometInstance>{one, two}));
  EXPECT_TRUE(follower.expire(at(1h)).empty());
  const auto again = add("c1", "a:1", 1s).value().self;
  const CometInstance never{CometNumber(9), InstanceEpoch(1)};
  EXPECT_TRUE(follower.unheard(again));
  EXPECT_TRUE(follower.unheard(never));
  EXPECT_FALSE(follower.unheard({one.number, InstanceEpoch(one.epoch.value() - 1)}));
  nodes_.remove(NodeKind::kComet, "c2", two.epoch);
  nodes_.expire(at(2s));
  const auto second = follower.follow(nodes_.list(std::nullopt), true);
  EXPECT_EQ(second.came, std::vector<CometInstance>{again});
  EXPECT_EQ(std::set(second.gone.begin(), second.gone.end()), (std::set<CometInstance>{one, two}));
  EXPECT_TRUE(follower.alive(again));
}

TEST_F(NodeRegistryTest, AListThatIsNotWholeTakesNobodyAway) {
  NodeRegistry follower{10s, journal_};
  const auto one = add("c1", "a:1", 0s).value().self;
  const auto two = add("c2", "b:1", 0s).value().self;
  follower.follow(nodes_.list(std::nullopt), true);
  auto rows = nodes_.list(std::nullopt);
  rows.pop_back();
  EXPECT_TRUE(follower.follow(rows, false).gone.empty());
  EXPECT_TRUE(follower.alive(one) && follower.alive(two));
  EXPECT_EQ(follower.list(std::nullopt).size(), 2U);
  EXPECT_EQ(follower.follow(rows, true).gone, std::vector<CometInstance>{two});
  EXPECT_FALSE(follower.alive(two));
}

TEST_F(NodeRegistryTest, WhoIsNotHeardOfIsGoneWhenAWholeListWouldHaveThem) {
  NodeRegistry follower{10s, journal_};
  const CometInstance never{CometNumber(9), InstanceEpoch(1'000'000)};
  EXPECT_FALSE(follower.gone(never, 0));
  EXPECT_FALSE(follower.gone(never, 1'010'000)) << "it may have registered since";
  EXPECT_TRUE(follower.gone(never, 1'010'001));
  const auto one = add("c1", "a:1", 0s).value().self;
  follower.follow(nodes_.list(std::nullopt), true);
  EXPECT_FALSE(follower.gone(one, 2'000'000));
  EXPECT_TRUE(follower.gone({one.number, InstanceEpoch(one.epoch.value() - 1)}, 0)) << "a newer instance is known";
}

TEST_F(NodeRegistryTest, TheNextLeaderReadsTheStoreAndGivesEverybodyAWholeLease) {
  const auto one = add("c1", "a:1", 0s).value().self;
  const auto gone = add("c2", "b:1", 0s).value().self;
  renew("c1", one.epoch, 9s);
  nodes_.expire(at(12s));
  NodeRegistry next{10s, journal_};
  EXPECT_EQ(next.load(journal_.fields(kRegistrySlot)).came, std::vector<CometInstance>{one});
  next.lead(at(100s));
  EXPECT_TRUE(next.expire(at(109s)).empty());
  EXPECT_EQ(next.renew(NodeKind::kComet, "c1", one.epoch, {}, at(109s), 1000), NodeRegistry::Lease::kOk);
  EXPECT_FALSE(next.add(comet("c2", "b:1"), gone, at(101s), 1000).value().kept);
  EXPECT_EQ(next.add(comet("c2", "b:1"), gone, at(101s), 1000).value().self.number, gone.number);
  NodeRegistry rewritten{10s, journal_};
  SlotFields dumped;
  for (auto& write : next.dump()) dumped.emplace_back(write.field, *write.value);
  EXPECT_EQ(rewritten.load(dumped).came.size(), 2U);
}

TEST_F(NodeRegistryTest, NumbersAreGivenOnceAndStayWithTheName) {
  const auto one = add("c1", "a:1", 0s).value().self.number;
  const auto two = add("c2", "b:1", 0s).value().self.number;
  EXPECT_NE(one, two);
  nodes_.expire(at(60s));
  EXPECT_EQ(add("c2", "b:1", 61s).value().self.number, two);
}

TEST_F(NodeRegistryTest, TheVersionMovesWithTheListOnly) {
  const auto self = add("c1", "a:1", 0s).value().self;
  const auto version = nodes_.version();
  renew("c1", self.epoch, 1s);
  EXPECT_EQ(nodes_.version(), version);
  nodes_.renew(NodeKind::kComet, "c1", self.epoch, {.draining = true}, at(2s), 1000);
  EXPECT_GT(nodes_.version(), version);
}

TEST(Slot, IsStableAndSpreads) {
  EXPECT_EQ(slot_of("live://1"), slot_of("live://1"));
  std::array<int, kSlots> count{};
  for (std::int64_t uid = 0; uid < 102400; ++uid) ++count[slot_of(uid)];
  for (const int each : count) {
    EXPECT_GT(each, 40);
    EXPECT_LT(each, 200);
  }
}

}  // namespace
}  // namespace im::router
