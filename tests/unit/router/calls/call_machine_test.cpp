#include "router/calls/call_machine.hpp"

#include <gtest/gtest.h>

#include "tests/unit/router/calls/call_fixture.hpp"

namespace im::router {
namespace {

class CallMachine : public ::testing::Test, public CallFixture {};

TEST_F(CallMachine, RingsAnswersTalksAndEnds) {
  EXPECT_EQ(invite().party, PartyId(1));
  EXPECT_EQ(call.record.state, CallState::kRinging);
  const auto told = events();
  EXPECT_EQ(told.back()->kind, CallEventKind::kIncoming);
  EXPECT_EQ(told.back()->uid, Uid(kBob));
  EXPECT_EQ(told.front()->kind, CallEventKind::kMirror) << "the caller's other devices";
  EXPECT_EQ(run(CallOp::kRinging, kBob, "bob").code, 0);
  EXPECT_EQ(count(events(), CallEventKind::kRemoteRinging, 1), 1);
  EXPECT_EQ(run(CallOp::kAccept, kBob, "bob").party, PartyId(2));
  EXPECT_EQ(call.record.state, CallState::kConnecting);
  EXPECT_EQ(count(events(), CallEventKind::kAccepted, 1), 1);
  report(kAnn, "ann", 1, "connected");
  EXPECT_EQ(call.record.state, CallState::kConnecting);
  report(kBob, "bob", 2, "connected");
  EXPECT_EQ(call.record.state, CallState::kActive);
  events();
  now += 5000;
  EXPECT_EQ(run(CallOp::kHangup, kBob, "bob", 2).code, 0);
  const auto heard = events();
  EXPECT_EQ(count(heard, CallEventKind::kEnded, 1), 1);
  EXPECT_EQ(count(heard, CallEventKind::kEnded, 2), 1);
  EXPECT_EQ(heard.front()->ms, 5000);
  EXPECT_EQ(call.record.reason, EndReason::kHangup);
  EXPECT_TRUE(call.record.log_open);
}

TEST_F(CallMachine, TheFirstAnswerWinsAndTheSameDeviceHearsItAgain) {
  invite();
  EXPECT_EQ(run(CallOp::kAccept, kBob, "phone").code, 0);
  EXPECT_EQ(run(CallOp::kAccept, kBob, "tablet").code, 4409);
  EXPECT_EQ(run(CallOp::kAccept, kBob, "phone").party, PartyId(2));
  const auto heard = events();
  ASSERT_EQ(heard.back()->kind, CallEventKind::kHandledElsewhere);
  EXPECT_EQ(heard.back()->except_key, "phone");
  EXPECT_EQ(call.record.parties.size(), 2U);
}

TEST_F(CallMachine, ADeclineEndsItUnlessSomebodyAnswered) {
  invite();
  run(CallOp::kAccept, kBob, "phone");
  EXPECT_EQ(run(CallOp::kReject, kBob, "tablet").code, 0);
  EXPECT_EQ(call.record.state, CallState::kConnecting);

  call = Call();
  invite();
  CallCommand silence = command(CallOp::kReject, kBob, "tablet");
  silence.word = "device";
  run(silence);
  EXPECT_EQ(call.record.state, CallState::kRinging);
  run(CallOp::kReject, kBob, "tablet");
  EXPECT_EQ(call.record.reason, EndReason::kRejected);
}

TEST_F(CallMachine, NobodyElseHearsThatThereIsACall) {
  invite();
  for (const CallOp op : {CallOp::kLook, CallOp::kRinging, CallOp::kAccept, CallOp::kReject, CallOp::kCancel,
                          CallOp::kHangup, CallOp::kResume, CallOp::kTakeOver})
    EXPECT_EQ(run(op, kEve, "eve").code, 4404) << static_cast<int>(op);
  for (const CallOp op : {CallOp::kSdp, CallOp::kIce, CallOp::kMedia, CallOp::kReport, CallOp::kHangup})
    EXPECT_EQ(run(op, kEve, "eve", 1).code, 4404);
  EXPECT_EQ(run(CallOp::kHangup, kBob, "bob", 1).code, 4403);
}

TEST_F(CallMachine, OnlyPartiesRelayAndOnlyToTheOther) {
  invite();
  CallCommand sdp = command(CallOp::kSdp, kAnn, "ann", 1);
  sdp.to = PartyId(2);
  EXPECT_EQ(run(sdp).code, 4405);
  run(CallOp::kAccept, kBob, "bob");
  sdp.payload = R"("description":{})";
  EXPECT_EQ(run(sdp).code, 0);
  EXPECT_EQ(events().back()->payload, sdp.payload);
  sdp.to = PartyId(1);
  EXPECT_EQ(run(sdp).code, 4403);
  sdp.to = PartyId(9);
  EXPECT_EQ(run(sdp).code, 4403);
  sdp.to = PartyId(2);
  sdp.device.conn = ConnId(0, 7, 7);
  EXPECT_EQ(run(sdp).code, 4409) << "not the connection that the party is at";
}

TEST_F(CallMachine, ARepeatedRequestHasTheFirstAnswerAndNoSecondEffect) {
  invite();
  run(CallOp::kAccept, kBob, "bob");
  CallCommand sdp = command(CallOp::kSdp, kAnn, "ann", 1);
  sdp.to = PartyId(2);
  sdp.cseq = 5;
  EXPECT_EQ(run(sdp).code, 0);
  events();
  EXPECT_EQ(run(sdp).code, 0);
  EXPECT_TRUE(events().empty());
  sdp.cseq = 100;
  EXPECT_EQ(run(sdp).code, 0);
  sdp.cseq = 6;
  EXPECT_EQ(run(sdp).code, 4408);
}

TEST_F(CallMachine, CandidatesAndRequestsAreBounded) {
  invite();
  run(CallOp::kAccept, kBob, "bob");
  CallCommand ice = command(CallOp::kIce, kAnn, "ann", 1);
  ice.to = PartyId(2);
  ice.candidates = 20;
  for (int i = 0; i < 5; ++i) EXPECT_EQ(run(ice).code, 0);
  EXPECT_EQ(run(ice).code, 4413);
  ice.neg = 1;
  EXPECT_EQ(run(ice).code, 0);
  ice.candidates = 0;
  int slowed = 0;
  for (int i = 0; i < 200; ++i) slowed += run(ice).code == 4429 ? 1 : 0;
  EXPECT_GT(slowed, 100);
  EXPECT_EQ(run(CallOp::kHangup, kAnn, "ann", 1).code, 0) << "hanging up is always heard";
}

TEST_F(CallMachine, TimersEndWhatNobodyEnds) {
  invite();
  pass(times.ring - 1);
  run(CallOp::kAlive, kAnn, "ann", 1);
  EXPECT_EQ(call.record.state, CallState::kRinging);
  pass(1);
  EXPECT_EQ(call.record.reason, EndReason::kTimeout);

  call = Call();
  invite();
  run(CallOp::kAccept, kBob, "bob");
  report(kAnn, "ann", 1, "checking");
  pass(times.setup);
  EXPECT_EQ(call.record.reason, EndReason::kIceFailed);
}

TEST_F(CallMachine, ACallerWhoSaysNothingRingsToTheEnd) {
  invite();
  events();
  int looked_for = 0;
  for (const CallMs end = now + times.ring; now < end;) {
    EXPECT_EQ(call.record.state, CallState::kRinging);
    EXPECT_FALSE(call.record.parties[0].lost);
    pass(1000);
    looked_for += count(events(), CallEventKind::kStillRinging, 1);
  }
  EXPECT_EQ(call.record.reason, EndReason::kTimeout);
  EXPECT_EQ(looked_for, 2) << "of 60 s, after 25 and 50";
}

TEST_F(CallMachine, ACallerWhoseConnectionIsGoneIsNoticedWhileItRings) {
  invite();
  events();
  const CallMs began = now;
  while (call.record.state == CallState::kRinging && now < began + times.ring) {
    pass(1000);
    for (const auto& event : events())
      if (event->to == PartyId(1)) note_undelivered(call, event->to, device(kAnn, "ann"), turn());
  }
  EXPECT_EQ(call.record.reason, EndReason::kCancelled);
  EXPECT_EQ(now - began, 2 * times.heartbeat + times.heartbeat / 2 + times.caller_lost);
}

TEST_F(CallMachine, ACallerHasTimeToReportFromTheAnswerOn) {
  invite();
  pass(times.ring - 1000);
  run(CallOp::kAccept, kBob, "bob");
  pass(times.heartbeat);
  EXPECT_FALSE(call.record.parties[0].lost);
  pass(times.heartbeat + times.heartbeat / 2);
  EXPECT_TRUE(call.record.parties[0].lost) << "of who talks a report is wanted";
}

TEST_F(CallMachine, ALostCallerIsWaitedForWhileItRings) {
  invite();
  note_undelivered(call, PartyId(1), device(kAnn, "ann"), turn());
  pass(times.caller_lost - 1);
  EXPECT_EQ(call.record.state, CallState::kRinging);
  pass(1);
  EXPECT_EQ(call.record.reason, EndReason::kCancelled);
}

TEST_F(CallMachine, ALostPartyMayComeBackLongerWhileMediaFlows) {
  talk();
  const auto bob_reports = [this](CallMs ms) {
    for (const CallMs end = now + ms; now < end;) {
      pass(times.heartbeat);
      report(kBob, "bob", 2, "connected");
    }
  };
  events();
  note_undelivered(call, PartyId(1), device(kAnn, "ann"), turn());
  EXPECT_EQ(count(events(), CallEventKind::kPeerState, 2), 1);
  bob_reports(times.resume + 20'000);
  EXPECT_EQ(call.record.state, CallState::kActive);
  bob_reports(times.resume_media);
  EXPECT_EQ(call.record.reason, EndReason::kPeerLost);
}

TEST_F(CallMachine, AnotherConnectionTakesThePartByItsTokenAndHearsWhatItMissed) {
  talk();
  events();
  const std::uint64_t seen = call.record.parties[0].eseq;
  CallCommand media = command(CallOp::kMedia, kBob, "bob", 2);
  media.payload = R"("mic":false)";
  run(media);
  CallCommand resume = command(CallOp::kResume, kAnn, "ann", 1);
  resume.device.conn = ConnId(0, 1, 9);
  resume.last_eseq = seen;
  resume.token = "forged";
  EXPECT_EQ(run(resume).code, 4403);
  resume.token = call.record.parties[0].token;
  const CallAnswer answer = run(resume);
  EXPECT_EQ(answer.code, 0);
  EXPECT_FALSE(answer.gap);
  ASSERT_EQ(answer.replay.size(), 1U);
  EXPECT_EQ(answer.replay[0]->kind, CallEventKind::kPeerMedia);
  EXPECT_EQ(call.record.parties[0].device.conn, resume.device.conn);
}

TEST_F(CallMachine, CrossedInvitesAreOneCall) {
  invite();
  CallCommand crossed = command(CallOp::kInvite, kBob, "bob");
  crossed.client_id = "c2";
  const CallAnswer answer = run(crossed);
  EXPECT_EQ(answer.code, 0);
  EXPECT_TRUE(answer.merged);
  EXPECT_EQ(call.record.answered_by, answer.party);
  EXPECT_EQ(run(CallOp::kInvite, kBob, "tablet").code, 4409);
}

TEST_F(CallMachine, ACancelThatCrossesTheAnswerHangsUp) {
  invite();
  run(CallOp::kAccept, kBob, "bob");
  run(CallOp::kCancel, kAnn, "ann", 1);
  EXPECT_EQ(call.record.reason, EndReason::kHangup);
  EXPECT_EQ(run(CallOp::kCancel, kAnn, "ann", 1).code, 0) << "again, after the end";
  EXPECT_EQ(run(CallOp::kAccept, kBob, "bob").code, 4410);
}

TEST_F(CallMachine, AGroupHasOneScreenAHostAndABound) {
  limits.video = 3;
  CallCommand join = command(CallOp::kJoin, kAnn, "ann");
  join.group = true;
  join.kind = CallKind::kVideo;
  begin_call(call, join, turn());
  EXPECT_EQ(run(CallOp::kJoin, kBob, "bob").party, PartyId(2));
  EXPECT_EQ(run(CallOp::kJoin, kEve, "eve").party, PartyId(3));
  EXPECT_EQ(run(CallOp::kJoin, 4, "dan").code, 4431);
  CallCommand screen = command(CallOp::kScreen, kBob, "bob", 2);
  screen.on = true;
  EXPECT_EQ(run(screen).code, 0);
  screen = command(CallOp::kScreen, kEve, "eve", 3);
  screen.on = true;
  EXPECT_EQ(run(screen).code, 4423);
  CallCommand remove = command(CallOp::kHost, kBob, "bob", 2);
  remove.word = "remove";
  remove.to = PartyId(3);
  EXPECT_EQ(run(remove).code, 4403) << "no host";
  run(CallOp::kLeave, kAnn, "ann", 1);
  EXPECT_EQ(call.record.host, PartyId(2));
  EXPECT_EQ(run(remove).code, 0);
  EXPECT_EQ(call.record.parties[2].reason, EndReason::kKicked);
  CallCommand alone = command(CallOp::kReport, kBob, "bob", 2);
  for (CallMs at = 0; at < times.alone && call.record.state != CallState::kEnded; at += times.heartbeat) {
    run(alone);
    pass(times.heartbeat);
  }
  EXPECT_EQ(call.record.state, CallState::kEnded);
}

}  // namespace
}  // namespace im::router
