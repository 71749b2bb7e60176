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
