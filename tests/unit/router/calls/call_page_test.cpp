#include <gtest/gtest.h>

#include "router/calls/call_caps.hpp"
#include "router/calls/call_convert.hpp"
#include "tests/unit/router/calls/call_fixture.hpp"

namespace im::router {
namespace {

/// Calls of old pages, and what two sides have in common.
class CallPage : public ::testing::Test, public CallFixture {
 protected:
  static CallCommand page(CallOp op, std::int64_t uid, const std::string& key) {
    CallCommand out = command(op, uid, key);
    out.device.page = std::to_string(uid);
    out.caps = {std::string(kPageRoom)};
    return out;
  }
  void page_invites() {
    CallCommand invite = page(CallOp::kInvite, kAnn, "ann");
    invite.room = "r1";
    invite.callees.resize(1);
    invite.callees[0].uid = Uid(kBob);
    begin_call(call, invite, turn());
  }
  CallAnswer accepts(const std::vector<std::string>& caps) {
    CallCommand accept = command(CallOp::kAccept, kBob, "bob");
    accept.caps = caps;
    return run(accept);
  }
};

TEST_F(CallPage, IsTalkedToByWhoCanJoinItsRoom) {
  page_invites();
  EXPECT_EQ(accepts({"opus", std::string(kPageRoom)}).code, 0);
  EXPECT_EQ(call.record.state, CallState::kConnecting);
  EXPECT_EQ(count(events(), CallEventKind::kAccepted, 1), 1);
  report(kBob, "bob", 2, "connected");
  EXPECT_EQ(call.record.state, CallState::kActive) << "the page reports nothing";
  for (CallMs at = 0; at < 10 * times.resume_media; at += times.heartbeat) {
    pass(times.heartbeat);
    report(kBob, "bob", 2, "connected");
  }
  EXPECT_EQ(call.record.state, CallState::kActive) << "and it is not lost";
  EXPECT_EQ(call.record.room, "r1");
}

TEST_F(CallPage, WhoCannotJoinItsRoomEndsTheCall) {
  for (const auto& caps : {std::vector<std::string>(), {"opus", "vp8"}}) {
    call = Call();
    page_invites();
    events();
    EXPECT_EQ(accepts(caps).code, 4406);
    EXPECT_EQ(call.record.reason, EndReason::kNoMedia);
    const auto heard = events();
    EXPECT_EQ(count(heard, CallEventKind::kEnded, 1), 1);
    EXPECT_EQ(count(heard, CallEventKind::kEnded, 0), 1) << "Bob's devices";
  }
}

TEST_F(CallPage, APageThatIsCalledTakesWhatItCan) {
  for (const bool joins : {true, false}) {
    call = Call();
    CallCommand invite = command(CallOp::kInvite, kAnn, "ann");
    invite.caps = {joins ? std::string(kPageRoom) : "vp8"};
    invite.callees.resize(1);
    invite.callees[0].uid = Uid(kBob);
    invite.callees[0].page = "2";
    begin_call(call, invite, turn());
    EXPECT_EQ(run(page(CallOp::kAccept, kBob, "bob")).code, joins ? 0 : 4406);
    EXPECT_EQ(call.record.state, joins ? CallState::kConnecting : CallState::kEnded);
  }
}

/// Its `ask` names a room of its own: taken for the answer it would talk in another one than who called.
TEST_F(CallPage, AnAskThatCrossesTheCallToItIsNoAnswer) {
  CallCommand invite = command(CallOp::kInvite, kAnn, "ann");
  invite.caps = {std::string(kPageRoom)};
  invite.room = "r1";
  invite.callees.resize(1);
  invite.callees[0].uid = Uid(kBob);
  invite.callees[0].page = "2";
  begin_call(call, invite, turn());
  CallCommand ask = page(CallOp::kInvite, kBob, "bob");
  ask.room = "r2";
  EXPECT_EQ(run(ask).code, 4409);
  EXPECT_EQ(call.record.state, CallState::kRinging);
  EXPECT_EQ(run(page(CallOp::kAccept, kBob, "bob")).code, 0) << "it rings on, and may be answered";
  EXPECT_EQ(call.record.room, "r1");
}

TEST_F(CallPage, OnlyADeviceThatCanJoinItsRoomTakesThePartOver) {
  page_invites();
  accepts({std::string(kPageRoom)});
  CallCommand take = command(CallOp::kTakeOver, kBob, "tablet");
  take.caps = {"opus"};
  EXPECT_EQ(run(take).code, 4406);
  EXPECT_FALSE(call.record.parties[1].left) << "the call goes on where it was";
  take.caps = {std::string(kPageRoom)};
  EXPECT_EQ(run(take).code, 0);
}

TEST_F(CallPage, NobodySendsItADescription) {
  page_invites();
  accepts({std::string(kPageRoom)});
  CallCommand sdp = command(CallOp::kSdp, kBob, "bob", 2);
  sdp.to = PartyId(1);
  EXPECT_EQ(run(sdp).code, 4405);
}

TEST_F(CallPage, ItsEndIsTheEnd) {
  page_invites();
  run(CallOp::kGone, kAnn, "");
  EXPECT_EQ(call.record.reason, EndReason::kCancelled) << "while it rings";
  call = Call();
  page_invites();
  accepts({std::string(kPageRoom)});
  run(CallOp::kGone, kAnn, "");
  EXPECT_EQ(call.record.reason, EndReason::kPeerLost) << "while they talk";
  EXPECT_EQ(run(CallOp::kGone, kAnn, "").code, 0) << "again, after the end";
  call = Call();
  CallCommand invite = command(CallOp::kInvite, kAnn, "ann");
  invite.callees.resize(1);
  invite.callees[0].uid = Uid(kBob);
  invite.callees[0].page = "2";
  begin_call(call, invite, turn());
  run(CallOp::kGone, kBob, "");
  EXPECT_EQ(call.record.reason, EndReason::kPeerLost) << "while it is rung";
}

/// Who comes back is somebody with a newer client: their going offline ends nothing.
TEST_F(CallPage, OthersAreWaitedFor) {
  talk();
  run(CallOp::kGone, kAnn, "");
  run(CallOp::kGone, kBob, "");
  EXPECT_EQ(call.record.state, CallState::kActive);
}

TEST_F(CallPage, WhatIsKeptComesBack) {
  page_invites();
  run(CallOp::kRinging, kBob, "bob");
  const auto kept = decode_call(encode(call));
  ASSERT_FALSE(kept) << "no id yet";
  call.record.id = CallId(7);
  const auto back = decode_call(encode(call));
  ASSERT_TRUE(back);
  EXPECT_EQ(back->record.room, "r1");
  EXPECT_EQ(back->record.caps, call.record.caps);
  EXPECT_EQ(back->record.parties[0].device.page, "1");
  EXPECT_EQ(back->record.callees[0].rang, std::vector<std::string>{"bob"});
}

TEST_F(CallPage, ADeviceWithNothingInCommonLeavesItToTheOthers) {
  CallCommand invite = command(CallOp::kInvite, kAnn, "ann");
  invite.caps = {"vp8", "opus"};
  invite.callees.resize(1);
  invite.callees[0].uid = Uid(kBob);
  begin_call(call, invite, turn());
  EXPECT_EQ(accepts({"h264"}).code, 4406);
  EXPECT_EQ(call.record.state, CallState::kRinging);
  EXPECT_EQ(call.record.answered_by, PartyId());
  EXPECT_EQ(accepts({"h264", "opus"}).code, 0);
}

TEST_F(CallPage, WhoNamesNothingIsTakenAtTheirWord) {
  invite();
  EXPECT_EQ(accepts({"h264"}).code, 0);
}

}  // namespace
}  // namespace im::router
