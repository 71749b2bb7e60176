#include <algorithm>

#include <gtest/gtest.h>

#include "router/sessions/session_registry.hpp"
#include "router/state/rebuild.hpp"
#include "tests/unit/router/router_fakes.hpp"

namespace im::router {
namespace {

constexpr CometInstance kComet{CometNumber(1), InstanceEpoch(10)};

/// A router that has some of the slots.
struct Part {
  explicit Part(const std::function<bool(std::size_t)>& mine) {
    for (std::size_t slot = 0; slot < kSlots; ++slot) {
      if (mine(slot)) registry.own(slot, 1000);
    }
  }
  FakeJournal journal;
  std::int64_t now_ms = 1000;
  bool comet_lives = true;
  SessionRegistry registry{[this](CometInstance) { return !comet_lives; }, [this] { return ++now_ms; }, journal};
};

SessionRow row(std::int64_t uid, const std::string& key) {
  SessionRow out;
  out.uid = Uid(uid);
  out.key = key;
  out.comet = kComet;
  return out;
}

/// A key whose slot is not the one of `uid`.
std::string key_apart_from(std::int64_t uid) {
  std::string key = "k";
  while (slot_of(key) == slot_of(uid)) key += "x";
  return key;
}

TEST(SessionSlots, WhatIsNotOursIsSaidSo) {
  const std::string key = key_apart_from(5);
  Part home([](std::size_t slot) { return slot == slot_of(std::int64_t{5}); });
  EXPECT_FALSE(home.registry.bind(row(0, key)));
  EXPECT_FALSE(home.registry.by_key(key));
  EXPECT_FALSE(home.registry.take_key({Uid(5), SessionEpoch(1), kComet}, key));
  const auto bound = home.registry.bind(row(5, key));
  ASSERT_TRUE(bound);
  EXPECT_TRUE(bound->key_elsewhere);
  EXPECT_EQ(home.registry.by_uid(Uid(5))->size(), 1U);
  const auto unbound = home.registry.unbind(Uid(5), key, bound->epoch);
  EXPECT_TRUE(unbound.home && unbound.removed);
  EXPECT_FALSE(unbound.key_home);
}

TEST(SessionSlots, AKeyMovesBetweenUsersOfTwoRouters) {
  const std::string key = key_apart_from(5);
  const std::size_t keys = slot_of(key);
  Part here([&](std::size_t slot) { return slot == keys; });
  Part there([&](std::size_t slot) { return slot != keys; });
  const auto first = there.registry.bind(row(5, key));
  EXPECT_EQ(here.registry.take_key({Uid(5), first->epoch, kComet}, key)->former_elsewhere, Uid());
  EXPECT_TRUE(here.registry.by_key(key)->home_elsewhere);
  EXPECT_EQ(here.registry.by_key(key)->home, Uid(5));
  const auto second = there.registry.bind(row(6, key));
  const auto taken = here.registry.take_key({Uid(6), second->epoch, kComet}, key);
  EXPECT_EQ(taken->former_elsewhere, Uid(5));
  EXPECT_EQ(there.registry.displace(Uid(5), key, second->epoch)->size(), 1U);
  EXPECT_TRUE(there.registry.by_uid(Uid(5))->empty());
  // The older login comes late to the key: it is the one that goes.
  EXPECT_TRUE(here.registry.take_key({Uid(5), first->epoch, kComet}, key)->superseded);
}

TEST(SessionSlots, AKeyWhoseSessionIsAtAnotherRouterGoesWithItsComet) {
  const std::string key = key_apart_from(5);
  const std::size_t keys = slot_of(key);
  Part here([&](std::size_t slot) { return slot == keys; });
  const auto taken = [&] { return !here.journal.fields(keys).empty() && here.registry.by_key(key)->home == Uid(5); };
  here.registry.take_key({Uid(5), SessionEpoch(std::uint64_t{1000} << 20), kComet}, key);
  here.registry.reclaim(kSlots);
  EXPECT_TRUE(taken());
  here.comet_lives = false;
  here.registry.reclaim(kSlots);
  EXPECT_TRUE(taken()) << "it may be a login under way, of a comet that is not known here yet";
  here.now_ms += SessionRegistry::kUnderWayMs;
  here.registry.reclaim(kSlots);
  EXPECT_EQ(here.registry.by_key(key)->home, Uid());
  EXPECT_TRUE(here.journal.fields(keys).empty());
}

TEST(SessionSlots, AKeyKnowsItsCometInTheStoreToo) {
  const KeyOwner home{Uid(5), SessionEpoch(77), kComet};
  const auto read = decode_key_home(key_home_field("k"), encode(home));
  ASSERT_TRUE(read);
  EXPECT_EQ(read->second.comet, kComet);
  EXPECT_EQ(decode_key_home("h/k", "5 77")->second.comet.number, CometNumber(0));
  for (const char* bad : {"", "5", "5 ", "x 1", "5 77 1", "5 77 1 x", "5 77 1 10 2", "0 77 1 10"})
    EXPECT_FALSE(decode_key_home("h/k", bad)) << bad;
}

TEST(SessionSlots, ASlotGoesToAnotherRouterThroughTheStore) {
  const auto all = [](std::size_t) { return true; };
  const auto none = [](std::size_t) { return false; };
  Part former(all);
  Part next(none);
  for (std::int64_t uid = 0; uid < 200; ++uid) former.registry.bind(row(uid, "key " + std::to_string(uid)));
  const auto gone = former.registry.bind(row(7, "gone"));
  former.registry.unbind(Uid(7), "gone", gone->epoch);
  for (std::size_t slot = 0; slot < kSlots; ++slot) {
    SlotFields dumped;
    for (auto& write : former.registry.dump(slot)) dumped.emplace_back(write.field, *write.value);
    std::sort(dumped.begin(), dumped.end());
    EXPECT_EQ(dumped, former.journal.fields(slot));  // what is written behind is what there is
    next.registry.load(slot, former.journal.fields(slot));
    next.registry.own(slot, 2000);
    former.registry.disown(slot);
  }
  EXPECT_EQ(former.registry.sessions(), 0U);
  EXPECT_EQ(former.registry.users(), 0U);
  EXPECT_EQ(next.registry.sessions(), 200U);
  EXPECT_EQ(next.registry.users(), 199U);
  EXPECT_EQ(next.registry.by_key("key 5")->rows.front().uid, Uid(5));
  EXPECT_EQ(next.registry.by_key("key 0")->rows.size(), 1U);
  EXPECT_GE(next.registry.bind(row(1, "new"))->epoch.value(), std::uint64_t{2000} << 20);
}

TEST(SessionSlots, ASessionBoundUnderThisOwnershipIsTheNewestOfItsKey) {
  Part part([](std::size_t) { return true; });
  SessionRow told = row(1, "k");
  told.epoch = SessionEpoch(77);
  part.registry.restore(told);
  EXPECT_FALSE(part.registry.by_key("k")->newest);
  part.registry.bind(row(1, "k"));
  EXPECT_TRUE(part.registry.by_key("k")->newest);
  part.registry.bind(row(0, "alone"));
  EXPECT_TRUE(part.registry.by_key("alone")->newest);
  EXPECT_FALSE(part.registry.by_key("nobody")->newest);
}

TEST(SessionSlots, WhatTheStoreNamesAndItsCometDoesNotIsRemoved) {
  Part former([](std::size_t) { return true; });
  former.registry.bind(row(1, "told"));
  former.registry.bind(row(2, "stale"));
  Part next([](std::size_t) { return false; });
  for (std::size_t slot = 0; slot < kSlots; ++slot) {
    next.registry.load(slot, former.journal.fields(slot));
    next.registry.own(slot, 2000);
  }
  SessionRow told = former.registry.by_uid(Uid(1))->front();
  next.registry.restore(told);
  EXPECT_EQ(next.registry.drop_unconfirmed({CometNumber(2), InstanceEpoch(1)}, SlotSet().set()), 0U);
  EXPECT_EQ(next.registry.drop_unconfirmed(kComet, SlotSet().set()), 1U);
  EXPECT_TRUE(next.registry.by_uid(Uid(2))->empty());
  EXPECT_EQ(next.registry.by_uid(Uid(1))->size(), 1U);
}

TEST(SessionSlots, ALateAnswerOfACometDoesNotBringBackWhatHasEnded) {
  Part part([](std::size_t) { return true; });
  SessionRow told = row(1, "k");
  told.epoch = SessionEpoch(77);
  part.now_ms += SessionRegistry::kUnderWayMs;  // the end of a login this old is not remembered for its own sake
  part.registry.remember_ends(SlotSet().set(), true);
  part.registry.unbind(Uid(1), "k", SessionEpoch(77));
  EXPECT_FALSE(part.registry.restore(told));
  part.registry.remember_ends(SlotSet().set(), false);
  EXPECT_TRUE(part.registry.restore(told));
}

TEST(Rebuild, ASlotIsCompleteWhenEveryCometHasAnsweredTwice) {
  constexpr CometInstance kOther{CometNumber(2), InstanceEpoch(20)};
  Rebuild rebuild;
  const SlotSet both = SlotSet().set(1).set(2);
  rebuild.want(kComet, both, Rebuild::Looks::kTwo);
  rebuild.want(kOther, SlotSet().set(2), Rebuild::Looks::kOne);
  EXPECT_TRUE(rebuild.complete(0));
  EXPECT_FALSE(rebuild.complete(1));
  const auto first = rebuild.next();
  const auto second = rebuild.next();
  ASSERT_TRUE(first && second);
  EXPECT_FALSE(rebuild.next());
  EXPECT_EQ(first->slots, both);
  rebuild.want(kComet, SlotSet().set(3), Rebuild::Looks::kOne);  // while the question is under way: another one
  rebuild.answered(*first, true);
  EXPECT_FALSE(rebuild.complete(1)) << "a second look is due";
  rebuild.settled(*first);
  EXPECT_TRUE(rebuild.complete(1));
  EXPECT_FALSE(rebuild.complete(2));
  EXPECT_FALSE(rebuild.complete(3));
  const auto third = rebuild.next();
  EXPECT_EQ(third->slots, SlotSet().set(3));
  EXPECT_TRUE(third->twice.none());
  rebuild.answered(*second, false);
  EXPECT_FALSE(rebuild.complete(2));
  rebuild.forget(kOther);
  EXPECT_TRUE(rebuild.complete(2));
  rebuild.forget(SlotSet().set(3));
  EXPECT_TRUE(rebuild.complete(3));
  EXPECT_EQ(rebuild.open(), 0U);
}

}  // namespace
}  // namespace im::router
