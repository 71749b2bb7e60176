#include <gtest/gtest.h>

#include "tests/unit/router/calls/call_fixture.hpp"

namespace im::router {
namespace {

class CallAdd : public ::testing::Test, public CallFixture {
 protected:
  static constexpr std::int64_t kDan = 4;
  CallAnswer add(std::vector<std::int64_t> uids, bool told = true) {
    CallCommand one = command(CallOp::kAdd, kAnn, "ann", 1);
    for (const std::int64_t uid : uids) {
      one.callees.emplace_back();
      one.callees.back().uid = Uid(uid);
      one.callees.back().told = told;
    }
    return run(one);
  }
  static int count_ended_of(const std::vector<SharedCallEvent>& events, std::int64_t uid) {
    int found = 0;
    for (const auto& event : events) found += event->kind == CallEventKind::kEnded && event->uid == Uid(uid) ? 1 : 0;
    return found;
  }
  static const CallEvent* ring_of(const std::vector<SharedCallEvent>& events, std::int64_t uid) {
    for (const auto& event : events)
      if (event->kind == CallEventKind::kIncoming && event->uid == Uid(uid)) return event.get();
    return nullptr;
  }
};

TEST_F(CallAdd, MakesAGroupOfACallOfTwo) {
  talk();
  events();
  EXPECT_EQ(add({kEve}).code, 0);
  const auto heard = events();
  ASSERT_NE(ring_of(heard, kEve), nullptr);
  EXPECT_EQ(ring_of(heard, kEve)->by, Uid(kAnn));
  EXPECT_EQ(count(heard, CallEventKind::kMembers, 2), 1) << "Bob hears that it is a group";
  EXPECT_TRUE(call.record.group);
  EXPECT_EQ(call.record.state, CallState::kActive);
  EXPECT_EQ(run(CallOp::kAccept, kEve, "eve").party, PartyId(3));
  const auto joined = events();
  EXPECT_EQ(count(joined, CallEventKind::kMembers, 1), 1);
  EXPECT_EQ(count(joined, CallEventKind::kMembers, 2), 1);
  run(CallOp::kHangup, kAnn, "ann", 1);
  EXPECT_EQ(call.record.state, CallState::kActive) << "the others go on";
  run(CallOp::kHangup, kBob, "bob", 2);
  EXPECT_EQ(call.record.state, CallState::kEnded) << "nobody stays alone";
  EXPECT_EQ(call.record.reason, EndReason::kHangup);
}

TEST_F(CallAdd, WhoIsThereOrRingsIsNotRungAgain) {
  talk();
  add({kEve});
  events();
  EXPECT_EQ(add({kEve, kBob, kAnn}).code, 0);
  EXPECT_TRUE(events().empty());
  EXPECT_EQ(call.record.callees.size(), 2U);
}

TEST_F(CallAdd, WhoDeclinedMayBeAskedAgain) {
  talk();
  add({kEve});
  EXPECT_EQ(run(CallOp::kReject, kEve, "eve").code, 0);
  EXPECT_EQ(call.record.state, CallState::kActive) << "a decline ends nothing here";
  EXPECT_TRUE(find_callee(call.record, Uid(kEve))->declined);
  events();
  EXPECT_EQ(add({kEve}).code, 0);
  EXPECT_NE(ring_of(events(), kEve), nullptr);
}

TEST_F(CallAdd, OnlyWhileTheyTalkAndOnlyOfAParty) {
  invite();
  EXPECT_EQ(add({kEve}).code, 4405);
  EXPECT_EQ(run(CallOp::kAdd, kBob, "bob").code, 4422) << "no party";
  EXPECT_EQ(run(CallOp::kAdd, kEve, "eve", 1).code, 4404);
  run(CallOp::kAccept, kBob, "bob");
  EXPECT_EQ(add({kEve}).code, 4405);
}

TEST_F(CallAdd, NotMoreThanHavePlaces) {
  limits.audio = 3;
  talk();
  EXPECT_EQ(add({kEve, kDan}).code, 4431);
  EXPECT_FALSE(call.record.group) << "nothing was done";
  EXPECT_EQ(add({kEve}).code, 0);
  EXPECT_EQ(add({kDan}).code, 4431) << "who rings has a place";
}

TEST_F(CallAdd, WhoComesUnaskedTakesNobodysPlace) {
  limits.audio = 3;
  CallCommand join = command(CallOp::kJoin, kAnn, "ann");
  join.group = true;
  begin_call(call, join, turn());
  run(CallOp::kJoin, kBob, "bob");
  EXPECT_EQ(add({kEve}).code, 0);
  EXPECT_EQ(run(CallOp::kJoin, kDan, "dan").code, 4431) << "the third place is Eve's while it rings";
  EXPECT_EQ(run(CallOp::kAccept, kEve, "eve").code, 0) << "who was asked finds it free";
  run(CallOp::kLeave, kEve, "eve", 3);
  EXPECT_EQ(run(CallOp::kJoin, kDan, "dan").code, 0) << "her ring is over, and so is its place";
}

TEST_F(CallAdd, ARingThatEndsGivesItsPlaceBack) {
  limits.audio = 3;
  CallCommand join = command(CallOp::kJoin, kAnn, "ann");
  join.group = true;
  begin_call(call, join, turn());
  run(CallOp::kJoin, kBob, "bob");
  add({kEve});
  EXPECT_EQ(run(CallOp::kJoin, kDan, "dan").code, 4431);
  pass_reporting(times.ring);
  EXPECT_EQ(run(CallOp::kJoin, kDan, "dan").code, 0);
}

/// A group of more people than have places is asked as a whole.
TEST_F(CallAdd, AGroupThatRingsGoesByWhoComesFirst) {
  limits.audio = 2;
  CallCommand ring = command(CallOp::kInvite, kAnn, "ann");
  ring.group = true;
  ring.callees = {{Uid(kBob), true, false, false, {}, {}, {}}, {Uid(kEve), true, false, false, {}, {}, {}}};
  begin_call(call, ring, turn());
  EXPECT_EQ(run(CallOp::kAccept, kEve, "eve").code, 0);
  EXPECT_EQ(run(CallOp::kAccept, kBob, "bob").code, 4431);
}

TEST_F(CallAdd, ALockedCallIsTheHostsToOpen) {
  talk();
  add({kEve});
  run(CallOp::kAccept, kEve, "eve");
  CallCommand lock = command(CallOp::kHost, kAnn, "ann", 1);
  lock.word = "lock";
  lock.on = true;
  run(lock);
  CallCommand one = command(CallOp::kAdd, kBob, "bob", 2);
  one.callees.emplace_back();
  one.callees.back().uid = Uid(kDan);
  EXPECT_EQ(run(one).code, 4423);
  EXPECT_EQ(add({kDan}).code, 0);
}

/// Asked by a member, who cannot hand the PIN on by the ring.
TEST_F(CallAdd, WhoIsAskedNeedsNoPinAndPassesTheLock) {
  CallCommand join = command(CallOp::kJoin, kAnn, "ann");
  join.group = true;
  join.pin = "hash";
  begin_call(call, join, turn());
  EXPECT_EQ(run(CallOp::kJoin, kBob, "bob").code, 4403) << "nobody asked Bob";
  EXPECT_EQ(add({kEve, kDan}).code, 0);
  EXPECT_EQ(run(CallOp::kAccept, kEve, "eve").code, 0);
  call.record.locked = true;
  EXPECT_EQ(run(CallOp::kAccept, kDan, "dan").code, 0);
  run(CallOp::kLeave, kDan, "dan", 3);
  EXPECT_EQ(run(CallOp::kAccept, kDan, "dan").code, 4403) << "the ring is over";
}

TEST_F(CallAdd, WhoIsAskedAndNeverToldHasNoWayIn) {
  CallCommand join = command(CallOp::kJoin, kAnn, "ann");
  join.group = true;
  join.pin = "hash";
  begin_call(call, join, turn());
  add({kEve}, false);
  EXPECT_EQ(run(CallOp::kJoin, kEve, "eve").code, 4403);
}

TEST_F(CallAdd, EachRingEndsByItself) {
  limits.audio = 10;
  talk();
  add({kEve});
  for (CallMs at = 0; at < times.ring; at += times.heartbeat) {
    add({kDan});
    run(CallOp::kReject, kDan, "dan");
    events();
    pass_reporting(times.heartbeat);
  }
  EXPECT_TRUE(find_callee(call.record, Uid(kEve))->done) << "whoever was added meanwhile prolongs nothing";
  EXPECT_EQ(count_ended_of(events(), kEve), 1);
}

TEST_F(CallAdd, ALaterRingGoesOnWhenAnEarlierOneEnds) {
  limits.audio = 10;
  talk();
  add({kEve});
  pass_reporting(times.ring / 2);
  add({kDan});
  EXPECT_EQ(ring_of(events(), kDan)->ms, times.ring);
  pass_reporting(times.ring / 2);
  EXPECT_TRUE(find_callee(call.record, Uid(kEve))->done);
  EXPECT_FALSE(find_callee(call.record, Uid(kDan))->done);
  EXPECT_EQ(call.record.ring_until, now + times.ring / 2);
  pass_reporting(times.ring / 2);
  EXPECT_TRUE(find_callee(call.record, Uid(kDan))->done);
  EXPECT_EQ(call.record.ring_until, 0);
}

TEST_F(CallAdd, NotMoreAreAskedInACallThanItKeeps) {
  talk();
  int asked = 0, refused = 0;
  for (std::int64_t uid = 100; uid < 300; ++uid) {
    const int code = add({uid}).code;
    asked += code == 0 ? 1 : 0;
    refused += code == 4431 ? 1 : 0;
    run(CallOp::kReject, uid, "x");
    now += 100;
  }
  EXPECT_EQ(asked + 1, 128) << "Bob is one";
  EXPECT_EQ(asked + refused, 200);
  EXPECT_EQ(call.record.callees.size(), 128U);
  EXPECT_EQ(add({100}).code, 0) << "who was asked before may be asked again";
}

TEST_F(CallAdd, ARingThatNobodyHearsLeavesTheTwoAlone) {
  talk();
  add({kEve}, false);
  EXPECT_EQ(ring_of(events(), kEve), nullptr);
  EXPECT_EQ(run(CallOp::kAccept, kEve, "eve").code, 4404);
  pass_reporting(times.ring + times.heartbeat);
  EXPECT_EQ(call.record.state, CallState::kActive);
}

TEST_F(CallAdd, TheLastOfTwoWaitsForNobodyWhoDeclined) {
  talk();
  add({kEve});
  run(CallOp::kHangup, kBob, "bob", 2);
  EXPECT_EQ(call.record.state, CallState::kActive) << "Eve rings yet";
  run(CallOp::kReject, kEve, "eve");
  EXPECT_EQ(call.record.state, CallState::kEnded);
}

}  // namespace
}  // namespace im::router
