#include "router/calls/call_registry.hpp"

#include <gtest/gtest.h>

#include "router/calls/call_convert.hpp"
#include "router/calls/call_rebuild.hpp"
#include "tests/unit/router/calls/call_fixture.hpp"

namespace im::router {
namespace {

struct Written final : SlotJournal {
  std::map<std::string, std::string> fields;
  void put(std::size_t, std::string field, std::string value) override { fields[field] = std::move(value); }
  void erase(std::size_t, std::string field) override { fields.erase(field); }
};
struct Heard final : ChangeListener {
  int times = 0;
  void changed(std::size_t, Subject) override { ++times; }
};

class CallRegistryTest : public ::testing::Test {
 public:
  static constexpr const char* kScope = "pair:1:2";
  Written journal;
  Heard heard;
  CallOptions options;
  std::uint64_t bits = 7;
  CallMs now = 1'000'000;
  CallRegistry calls{options, journal, [this] { return bits += 0x9e3779b97f4a7c15ULL; }};

  void SetUp() override {
    calls.tell(heard);
    calls.own(slot_of(std::string_view(kScope)), 1);
  }
  CallRegistry::Outcome invite(const std::string& client_id = "c1") {
    CallCommand command = CallFixture::command(CallOp::kInvite, 1, "ann");
    command.client_id = client_id;
    command.callees = {{Uid(2), true, false, false, {}, {}, {}}};
    return calls.apply(CallId(), kScope, command, now);
  }
  CallRegistry::Outcome run(CallId id, CallOp op, std::int64_t uid, const std::string& key, std::uint32_t party = 0) {
    return calls.apply(id, "", CallFixture::command(op, uid, key, party), now);
  }
};

TEST_F(CallRegistryTest, TheIdLeadsToTheSlotOfThePair) {
  const auto outcome = invite();
  EXPECT_TRUE(outcome.changed);
  EXPECT_EQ(slot_of_call(outcome.record->id), slot_of(std::string_view(kScope)));
  EXPECT_EQ(outcome.record->id.value() >> 63, 0U);
  EXPECT_EQ(journal.fields.size(), 1U);
  EXPECT_EQ(invite().record->id, outcome.record->id) << "the same invite again";
  EXPECT_FALSE(run(CallId(outcome.record->id.value() ^ 1U), CallOp::kLook, 1, "ann").owned);
}

TEST_F(CallRegistryTest, EventsGoOutOnceAndAgainWhenNobodyConfirms) {
  const auto outcome = invite();
  const CallId id = outcome.record->id;
  ASSERT_EQ(outcome.events.size(), 2U);  // the ring, and the caller's other devices
  EXPECT_TRUE(calls.told(id, now).events.empty());
  now += 2100;
  calls.tick(now);
  EXPECT_EQ(heard.times, 1);
  EXPECT_EQ(calls.untold(slot_of_call(id)).size(), 1U);
  ASSERT_EQ(calls.told(id, now).events.size(), 2U);
  calls.settle(id, {{outcome.events[0]->number, true, {}}, {outcome.events[1]->number, true, {}}}, false, now);
  EXPECT_TRUE(calls.untold(slot_of_call(id)).empty());
  now += 5000;
  calls.tick(now);
  EXPECT_EQ(heard.times, 1);
}

/// How often a kind is among what is told again two seconds later, and what of a ring is left.
int told_again(CallRegistryTest& test, CallId id, CallEventKind kind, CallMs* left = nullptr) {
  int times = 0;
  for (const auto& event : test.calls.told(id, test.now += 2100).events) {
    if (event->kind != kind) continue;
    ++times;
    if (left != nullptr) *left = event->ms;
  }
  return times;
}

TEST_F(CallRegistryTest, ARingThatNobodyConfirmsSaysWhatIsLeftOfIt) {
  const auto outcome = invite();
  const CallId id = outcome.record->id;
  EXPECT_EQ(outcome.events.back()->ms, options.times.ring);
  CallMs left = 0;
  EXPECT_EQ(told_again(*this, id, CallEventKind::kIncoming, &left), 1);
  EXPECT_EQ(left, options.times.ring - 2100);
}

TEST_F(CallRegistryTest, ARingThatIsOverIsToldToNobody) {
  for (const CallOp op : {CallOp::kCancel, CallOp::kAccept, CallOp::kReject}) {
    const CallId id = invite("c" + std::to_string(static_cast<int>(op))).record->id;
    EXPECT_EQ(told_again(*this, id, CallEventKind::kIncoming), 1);
    op == CallOp::kCancel ? run(id, op, 1, "ann", 1) : run(id, op, 2, "bob");
    EXPECT_EQ(told_again(*this, id, CallEventKind::kIncoming), 0) << static_cast<int>(op);
    run(id, CallOp::kHangup, 1, "ann", 1);
  }
  const CallId timed_out = invite("late").record->id;
  now += options.times.ring + 1;
  calls.tick(now);
  EXPECT_EQ(told_again(*this, timed_out, CallEventKind::kIncoming), 0);
}

TEST_F(CallRegistryTest, WhoIsInNoCallAnyMoreIsNotSaidToBe) {
  const CallId id = invite().record->id;
  EXPECT_EQ(told_again(*this, id, CallEventKind::kMirror), 1);
  run(id, CallOp::kCancel, 1, "ann", 1);
  int on = 0, off = 0;
  for (const auto& event : calls.told(id, now += 2100).events)
    if (event->kind == CallEventKind::kMirror) ++(event->word == "on" ? on : off);
  EXPECT_EQ(on, 0);
  EXPECT_EQ(off, 1);
}

TEST_F(CallRegistryTest, WhatDoesNotArriveMakesThePartyLost) {
  const CallId id = invite().record->id;
  const auto accepted = run(id, CallOp::kAccept, 2, "bob");
  const auto to_ann = std::ranges::find_if(accepted.events, [](const auto& one) { return one->to == PartyId(1); });
  ASSERT_NE(to_ann, accepted.events.end());
  calls.settle(id, {{(*to_ann)->number, false, CallFixture::device(1, "ann")}}, false, now);
  EXPECT_TRUE(run(id, CallOp::kLook, 1, "ann").record->parties[0].lost);
  EXPECT_EQ(heard.times, 1) << "the other one is told by a slot event";
}

TEST_F(CallRegistryTest, AnEndedCallStaysUntilItIsInTheBooksAndItsTimeIsOver) {
  const CallId id = invite().record->id;
  run(id, CallOp::kCancel, 1, "ann", 1);
  now += options.times.kept + 1000;
  calls.tick(now);
  EXPECT_EQ(calls.figures().calls, 1U);
  EXPECT_GT(heard.times, 0);
  calls.settle(id, {}, true, now);
  for (int i = 0; i < 10; ++i) calls.tick(now += 1000);
  EXPECT_EQ(calls.figures().calls, 0U);
  EXPECT_TRUE(journal.fields.empty());
  EXPECT_EQ(run(id, CallOp::kHangup, 1, "ann", 1).answer.code, 4404);
}

TEST_F(CallRegistryTest, ANewOwnerDeliversWhatTheFormerHadNot) {
  const CallId id = invite().record->id;
  const std::size_t slot = slot_of_call(id);
  const SlotFields fields(journal.fields.begin(), journal.fields.end());
  const auto move = [&] {
    calls.disown(slot);
    calls.load(slot, fields);
    calls.own(slot, 2);
    calls.tick(now);
  };
  move();
  EXPECT_EQ(heard.times, 1);
  const auto told = calls.told(id, now);
  ASSERT_EQ(told.events.size(), 2U);
  EXPECT_EQ(told.events[1]->kind, CallEventKind::kIncoming);
  EXPECT_EQ(told.events[1]->uid, Uid(2));
  const auto accepted = run(id, CallOp::kAccept, 2, "bob");
  EXPECT_GT(accepted.events.front()->number, told.events[1]->number + 500) << "a late confirmation is of another event";
  now += 61'000;
  heard.times = 0;
  move();
  for (const auto& event : calls.told(id, now).events) EXPECT_NE(event->kind, CallEventKind::kIncoming) << "is no news";
}

TEST_F(CallRegistryTest, ANewOwnerGoesOnWithWhatWasWritten) {
  const CallId id = invite().record->id;
  run(id, CallOp::kAccept, 2, "bob");
  SlotFields fields(journal.fields.begin(), journal.fields.end());
  calls.disown(slot_of_call(id));
  EXPECT_EQ(calls.figures().calls, 0U);
  calls.load(slot_of_call(id), fields);
  calls.own(slot_of_call(id), 2);
  const auto look = run(id, CallOp::kLook, 2, "bob");
  EXPECT_EQ(look.record->state, CallState::kConnecting);
  EXPECT_EQ(look.record->answered_by, PartyId(2));
  EXPECT_EQ(invite("c2").answer.code, 4409) << "the pair is still in a call";
  now += options.times.setup + 1;
  calls.tick(now);
  EXPECT_EQ(run(id, CallOp::kLook, 2, "bob").record->reason, EndReason::kIceFailed);
}

TEST_F(CallRegistryTest, TooManyCallsAreRefused) {
  CallOptions one = options;
  one.max_calls = 1;
  CallRegistry small(one, journal, [this] { return ++bits; });
  for (std::size_t slot = 0; slot < kSlots; ++slot) small.own(slot, 1);
  const CallCommand join = CallFixture::command(CallOp::kJoin, 1, "ann");
  EXPECT_EQ(small.apply(CallId(), "conv:1", join, now).answer.code, 0);
  EXPECT_EQ(small.apply(CallId(), "conv:2", join, now).answer.code, 4503);
}

TEST_F(CallRegistryTest, WithoutAStoreTheTwoPartiesBringTheirCallBack) {
  const CallId id = invite().record->id;
  const auto accepted = run(id, CallOp::kAccept, 2, "bob");
  const CallRecord before = *accepted.record;
  options.rebuild = true;
  CallRegistry fresh(options, journal, [this] { return ++bits; });
  fresh.own(slot_of_call(id), 2);
  std::string pc_state = "connected";
  const auto resume = [&](std::int64_t uid, const std::string& key, std::uint32_t party, const std::string& token) {
    CallCommand command = CallFixture::command(CallOp::kResume, uid, key, party);
    command.claims = token;
    command.token = secret_of(token);
    command.pc_state = pc_state;
    return fresh.apply(id, "", command, now);
  };
  const std::string ann = token_with_claims(before, before.parties[0]);
  const std::string bob = token_with_claims(before, before.parties[1]);
  EXPECT_EQ(resume(3, "eve", 1, ann).answer.code, 4404) << "not of the pair";
  EXPECT_EQ(resume(1, "ann", 1, secret_of(ann)).answer.code, 4404) << "no claims";
  EXPECT_EQ(resume(1, "ann", 2, ann).answer.code, 4404) << "another part";
  pc_state = "new";
  EXPECT_EQ(resume(1, "ann", 1, ann).answer.code, 4404) << "it rang: that would be an invite";
  pc_state = "disconnected";
  EXPECT_EQ(resume(1, "ann", 1, ann).answer.code, 0);
  EXPECT_EQ(resume(1, "other", 1, "forged" + ann.substr(ann.find('.'))).answer.code, 4403) << "it is known again";
  EXPECT_EQ(resume(2, "bob", 2, bob).answer.code, 0);
  const CallRecord after = *fresh.apply(id, "", CallFixture::command(CallOp::kLook, 2, "bob"), now).record;
  EXPECT_EQ(after.parties.size(), 2U);
  EXPECT_EQ(after.answered_by, PartyId(2));
  EXPECT_EQ(after.caller, Uid(1));
  CallCommand sdp = CallFixture::command(CallOp::kSdp, 1, "ann", 1);
  sdp.to = PartyId(2);
  EXPECT_EQ(fresh.apply(id, "", sdp, now).answer.code, 0);
  EXPECT_TRUE(fresh.apply(id, "", CallFixture::command(CallOp::kHangup, 1, "ann", 1), now).record->log_open);
}

TEST_F(CallRegistryTest, WhatOneUserSaysOfALostCallReachesNobodyElse) {
  options.rebuild = true;
  CallRegistry fresh(options, journal, [this] { return ++bits; });
  const std::size_t slot = slot_of(std::string_view(kScope));
  fresh.own(slot, 1);
  const CallId id(slot + kSlots * 77);
  CallCommand command = CallFixture::command(CallOp::kResume, 1, "ann", 1);
  command.claims = "made.1.2.5.1000.1.pair:1:2";
  command.token = "made";
  command.pc_state = "connected";
  const auto claimed = fresh.apply(id, "", command, now);
  EXPECT_EQ(claimed.answer.code, 0);
  for (const auto& event : claimed.events) EXPECT_NE(event->uid, Uid(2));
  now += options.times.setup + 1;
  fresh.tick(now);
  const auto ended = fresh.apply(id, "", CallFixture::command(CallOp::kLook, 1, "ann"), now);
  EXPECT_EQ(ended.record->state, CallState::kEnded);
  EXPECT_FALSE(ended.record->log_open) << "and is in nobody's books";
  for (const char* claims :
       {"", "x", "x.1.2.5.1000.1", "x.9.2.5.1000.1.pair:1:2", "x.1.3.5.1000.1.pair:1:2", "x.1.2.5.1000.0.pair:1:2",
        "x.1.2.5.1000.1.conv:7", "x.1.2.5.1000.1.pair:2:1", "x.1.2.-5.1000.1.pair:1:2"})
    EXPECT_FALSE(claims_of(claims)) << claims;
}

TEST(CallConvert, ARecordSurvivesTheStore) {
  CallFixture fixture;
  fixture.talk();
  fixture.call.record.id = CallId(1025);
  const auto again = decode_call(encode(fixture.call));
  ASSERT_TRUE(again);
  EXPECT_EQ(encode(*again), encode(fixture.call));
  EXPECT_FALSE(decode_call("nonsense"));
}

}  // namespace
}  // namespace im::router
