// What a push is decides who gets it and what a slow client costs: socket pairs, no thread.

#include "comet/push/fan_out.hpp"

#include "tests/unit/comet/comet_fakes.hpp"

namespace im::comet {
namespace {

PushMessage message(std::int32_t op, const std::string& body) {
  PushMessage made;
  made.operation = op;
  made.body = std::make_shared<const std::string>(body);
  return made;
}
PushMessage for_hello(const std::string& body) {
  PushMessage made = message(102, body);
  made.facts.audience = PushAudience::kHello;
  return made;
}

class FanOutTest : public testing::Test {
 protected:
  explicit FanOutTest(IoConfig config = {}) : worker_(config) {}

  /// A client in the room; `id_` is its connection.
  int open(std::int64_t uid, bool hello) {
    const int client = worker_.open_tcp("live://1", uid);
    id_ = worker_.io.id_of(worker_.last_place);
    worker_.io.slab().at(worker_.last_place).session->said_hello = hello;
    return client;
  }
  void push(PushScope scope, std::vector<PushMessage> messages, const std::vector<ConnId>& conns = {}) {
    DeliveryBatch batch;
    for (PushMessage& one : messages) {
      PushDelivery delivery;
      delivery.scope = scope;
      delivery.room = "live://1";
      delivery.conns = conns;
      delivery.message = std::move(one);
      batch.deliveries.push_back(std::move(delivery));
    }
    fan_out_.apply(batch, monotonic_now());
    while (fan_out_.run_turn(monotonic_now())) {
    }
  }
  static std::string pushed(std::int32_t op, const std::string& body) { return WorkerHarness::packet(op, 0, body); }
  std::uint64_t dropped(DropReason reason) const {
    return worker_.stats.dropped[static_cast<std::size_t>(reason)].value();
  }

  WorkerHarness worker_;
  FanOut fan_out_{0, 256, worker_.io, worker_.rooms, worker_.sweeps, worker_.membership};
  ConnId id_;
};

// covers D07
TEST_F(FanOutTest, EventsReachOnlySessionsThatSaidHelloWhateverTheScope) {
  const int knows = open(1, true);
  const ConnId first = id_;
  const int silent = open(2, false);
  push(PushScope::kSessions, {for_hello("a")}, {first, id_});
  push(PushScope::kRoom, {for_hello("b")});
  push(PushScope::kAll, {for_hello("c")});
  EXPECT_EQ(WorkerHarness::received(knows), pushed(102, "a") + pushed(102, "b") + pushed(102, "c"));
  EXPECT_EQ(WorkerHarness::received(silent), "");
  EXPECT_EQ(dropped(DropReason::kNoHello), 3U);
  EXPECT_EQ(dropped(DropReason::kNotAccepted), 0U);
}

TEST_F(FanOutTest, ARoomsMergedMessagesAreParted) {
  const int knows = open(1, true);
  const int silent = open(2, false);
  push(PushScope::kRoom, {message(1000, "a"), for_hello("b"), message(1000, "c")});
  EXPECT_EQ(WorkerHarness::received(knows), pushed(1000, "a") + pushed(102, "b") + pushed(1000, "c"));
  EXPECT_EQ(WorkerHarness::received(silent), pushed(1000, "a") + pushed(1000, "c"));
}

TEST_F(FanOutTest, TheAcceptingAudienceIsAskedInBroadcastsAndNotInRooms) {
  const int client = open(1, false);
  PushMessage everybody = message(1000, "b");
  everybody.facts.audience = PushAudience::kEverybody;
  push(PushScope::kAll, {message(1000, "a"), everybody});
  push(PushScope::kRoom, {message(1000, "c")});
  EXPECT_EQ(WorkerHarness::received(client), pushed(1000, "b") + pushed(1000, "c"));
  EXPECT_EQ(dropped(DropReason::kNotAccepted), 1U);
}

TEST_F(FanOutTest, WhoIsExceptedIsLeftOutByConnectionAndByKeyAndIsNoLoss) {
  const int sender = open(1, false);
  const ConnId sent_from = id_;
  const int other = open(2, false);
  PushMessage by_conn = message(1000, "a"), by_key = message(1000, "b");
  by_conn.except = std::make_shared<const PushExcept>(PushExcept{{sent_from}, {}});
  by_key.except = std::make_shared<const PushExcept>(PushExcept{{}, {"key-2"}});
  push(PushScope::kRoom, {by_conn, by_key});
  EXPECT_EQ(WorkerHarness::received(sender), pushed(1000, "b"));
  EXPECT_EQ(WorkerHarness::received(other), pushed(1000, "a"));
  for (std::size_t i = 0; i < worker_.stats.dropped.size(); ++i) EXPECT_EQ(worker_.stats.dropped[i].value(), 0U);
}

TEST_F(FanOutTest, TheAgeOfARecordIsMeasuredAtTheSocket) {
  open(1, false);
  PushMessage old = message(1000, "a"), unknown = message(1000, "b");
  old.facts.audience = unknown.facts.audience = PushAudience::kEverybody;
  old.written_ms = unix_ms() - 60'000;
  push(PushScope::kSessions, {old, unknown}, {id_});
  push(PushScope::kRoom, {old});
  const Histogram::View ages = worker_.stats.record_age.view();
  EXPECT_EQ(ages.counts.back(), 2U) << "one of a session, one of a room; a record without a time counts for nothing";
  EXPECT_GE(ages.sum_s, 120);
}

/// Pushes that somebody asks about.
class Fates : public FanOutTest {
 protected:
  PushMessage asked(std::int32_t op, const std::string& body) {
    PushMessage made = message(op, body);
    made.fate = std::make_shared<PushFate>(
        "name", [this](const std::string&, const FateCounts& counts) { told_.push_back(counts); });
    return made;
  }
  std::vector<FateCounts> told_;
};

TEST_F(Fates, AreToldOnceWithWhatBecameOfEachCopy) {
  open(1, false);
  worker_.io.slab().at(worker_.last_place).session->accepts = make_op_set({1000});
  const ConnId first = id_;
  open(2, false);
  push(PushScope::kSessions, {asked(1000, "a")}, {first, first, id_, ConnId(0, 77, 5)});
  ASSERT_EQ(told_.size(), 1U) << "nobody holds it any more";
  EXPECT_EQ(told_[0].delivered, 2U) << "one connection twice";
  EXPECT_EQ(told_[0].unwanted, 1U) << "its session asks for nothing";
  EXPECT_EQ(told_[0].missed, 1U) << "no such connection";
}

TEST_F(Fates, OfRoomsAndBroadcastsAreCountedThroughMergedSweeps) {
  open(1, true);
  open(2, false);
  PushMessage hello = asked(102, "b");
  hello.facts.audience = PushAudience::kHello;
  push(PushScope::kRoom, {message(1000, "x"), asked(1000, "a"), std::move(hello), asked(1000, "c")});
  ASSERT_EQ(told_.size(), 3U);
  std::uint64_t delivered = 0, unwanted = 0;
  for (const FateCounts& counts : told_) {
    delivered += counts.delivered;
    unwanted += counts.unwanted;
  }
  EXPECT_EQ(delivered, 5U);
  EXPECT_EQ(unwanted, 1U);
  push(PushScope::kAll, {asked(1000, "a")});
  EXPECT_EQ(told_.back().unwanted, 2U);
}

/// A client that reads nothing, so that the next message is over the bound.
class SlowClient : public FanOutTest {
 protected:
  explicit SlowClient(bool close_slow = true) : FanOutTest({.outbox_limit = 1000, .close_slow = close_slow}) {
    client_ = open(1, false);
    push(PushScope::kRoom, {message(1000, std::string(4U << 20, 'x'))});
  }
  void push_kind(PushClass kind) {
    PushMessage next = message(1000, std::string(2000, 'y'));
    next.facts.kind = kind;
    next.facts.audience = PushAudience::kEverybody;
    push(PushScope::kSessions, {next}, {id_});
  }
  bool still_there() { return worker_.io.place_of(id_) != ConnectionSlab::kNoPlace; }
  int client_ = -1;
};
class SlowClientThatStays : public SlowClient {
 protected:
  SlowClientThatStays() : SlowClient(false) {}
};

// covers D08
TEST_F(SlowClient, MissesWhatIsEphemeralAndStays) {
  push_kind(PushClass::kEphemeral);
  EXPECT_TRUE(still_there());
  EXPECT_EQ(dropped(DropReason::kEphemeral), 1U);
  push_kind(PushClass::kPush);  // the policy is to close
  EXPECT_FALSE(still_there());
  EXPECT_EQ(dropped(DropReason::kSlowConsumer), 1U);
}

// A broadcast with a speed takes as long as it is told to; the next one must not wait for it.
TEST_F(FanOutTest, APacedBroadcastHoldsNoOtherUp) {
  std::vector<int> clients;
  for (int uid = 1; uid <= 20; ++uid) clients.push_back(open(uid, false));
  PushMessage paced = message(1000, "slow"), quick = message(1000, "quick");
  paced.facts.audience = quick.facts.audience = PushAudience::kEverybody;
  paced.speed = 1;
  push(PushScope::kAll, {paced});
  push(PushScope::kAll, {quick});
  for (std::size_t i = 1; i < clients.size(); ++i) {
    EXPECT_EQ(WorkerHarness::received(clients[i]), pushed(1000, "quick")) << i;
  }
}

/// A room that may keep 3,000 bytes and is swept far apart.
class FullRoom : public FanOutTest {
 protected:
  FullRoom() { fan_out_.expire(monotonic_now()); }
  /// Ten messages of 1,000 bytes at once: the first sweep takes one, the bound keeps some, the rest is lost.
  void overflow(PushClass kind, PushScope scope, std::int32_t speed) {
    DeliveryBatch batch;
    for (int i = 0; i < 10; ++i) {
      PushDelivery delivery;
      delivery.scope = scope;
      delivery.room = "live://1";
      delivery.message = message(1000, std::string(1U << 20, 'x'));
      delivery.message.facts.kind = kind;
      delivery.message.facts.audience = PushAudience::kEverybody;
      delivery.message.speed = speed;
      batch.deliveries.push_back(std::move(delivery));
    }
    fan_out_.apply(batch, monotonic_now());
  }
  void turns() {
    for (int i = 0; i < 50; ++i) fan_out_.run_turn(monotonic_now());
  }
};

TEST_F(FullRoom, WhatItDropsCountsForEachMemberAndTheyAreToldToComeAgain) {
  for (int uid = 1; uid <= 4; ++uid) open(uid, false);
  const int bystander = worker_.open_tcp("live://2", 9);
  overflow(PushClass::kPush, PushScope::kRoom, 0);
  EXPECT_EQ(dropped(DropReason::kRoomOverflow) % 4, 0U);
  EXPECT_GE(dropped(DropReason::kRoomOverflow), 4U) << "once for all of them";
  turns();
  EXPECT_EQ(closed_for(worker_, CloseReason::kMissed), 4U);
  EXPECT_FALSE(WorkerHarness::at_end(bystander));
}

TEST_F(FullRoom, WhatIsEphemeralIsDroppedAndNobodyIsClosed) {
  open(1, false);
  overflow(PushClass::kEphemeral, PushScope::kRoom, 0);
  turns();
  EXPECT_GT(dropped(DropReason::kRoomOverflow), 0U);
  EXPECT_EQ(closed_for(worker_, CloseReason::kMissed), 0U);
}

TEST_F(FullRoom, APacedLaneThatIsFullIsNoSilentLoss) {
  for (int uid = 1; uid <= 3; ++uid) open(uid, false);
  overflow(PushClass::kPush, PushScope::kAll, 1);
  EXPECT_GE(dropped(DropReason::kRoomOverflow), 3U);
  turns();
  EXPECT_EQ(closed_for(worker_, CloseReason::kMissed), 3U);
}

// covers D08
TEST_F(SlowClientThatStays, IsClosedWhenItWouldMissAnEvent) {
  push_kind(PushClass::kPush);  // the policy is to drop
  EXPECT_TRUE(still_there());
  EXPECT_EQ(dropped(DropReason::kOutboxFull), 1U);
  push_kind(PushClass::kEvent);
  EXPECT_FALSE(still_there());
  EXPECT_EQ(worker_.stats.closed[static_cast<std::size_t>(CloseReason::kSlowConsumer)].value(), 1U);
}

}  // namespace
}  // namespace im::comet
