#include "router/calls/call_rebuild.hpp"

#include <gtest/gtest.h>

#include "router/calls/call_registry.hpp"
#include "tests/unit/router/calls/call_fixture.hpp"

namespace im::router {
namespace {

struct NoJournal final : SlotJournal {
  void put(std::size_t, std::string, std::string) override {}
  void erase(std::size_t, std::string) override {}
};

/// A call of Ann and Bob that was answered, and a router without a store that has never heard of it.
class CallRebuild : public ::testing::Test {
 public:
  CallRebuild() {
    fixture.talk();
    id = CallId(slot_of(std::string_view("pair:1:2")) + kSlots * 77);
    fixture.call.record.id = id;
    fixture.call.record.scope = "pair:1:2";
    calls.own(slot_of_call(id), 1);
  }
  CallRegistry::Outcome resume(std::uint32_t party, CallMs now, bool connection = true) {
    const Party& of = fixture.call.record.parties[party - 1];
    CallCommand command = CallFixture::command(CallOp::kResume, of.device.uid.value(), of.device.key, party);
    command.claims = token_with_claims(fixture.call.record, of);
    command.token = secret_of(command.claims);
    command.pc_state = "connected";
    command.ufrag = "u" + std::to_string(party);
    if (!connection) command.device.conn = ConnId();
    return calls.apply(id, "", command, now);
  }

  CallFixture fixture;
  CallId id;
  NoJournal journal;
  CallOptions options{.rebuild = true};
  std::uint64_t bits = 7;
  CallRegistry calls{options, journal, [this] { return ++bits; }};
};

TEST_F(CallRebuild, APartWithoutAConnectionIsNotMade) {
  EXPECT_EQ(resume(1, fixture.now, false).answer.code, 4409);
  EXPECT_EQ(calls.figures().calls, 0U) << "nothing of it is kept";
  EXPECT_EQ(resume(1, fixture.now).answer.code, 0);
  const auto refused = resume(2, fixture.now, false);
  EXPECT_EQ(refused.answer.code, 4409);
  EXPECT_FALSE(refused.record);
  const auto both = resume(2, fixture.now);
  EXPECT_EQ(both.answer.code, 0);
  ASSERT_EQ(both.record->parties.size(), 2U);
  for (const Party& party : both.record->parties) EXPECT_NE(party.device.conn, ConnId());
}

TEST_F(CallRebuild, ATokenLastsAsLongAsACallAndTheTimeToComeBack) {
  const CallMs started = fixture.call.record.started_ms;
  const CallMs last = started + options.times.longest + options.times.resume_media;
  EXPECT_EQ(resume(1, last + 1).answer.code, 4404);
  EXPECT_EQ(resume(1, started + 30 * options.times.longest).answer.code, 4404);
  EXPECT_EQ(calls.figures().calls, 0U);
  EXPECT_EQ(resume(1, last).answer.code, 0);
}

TEST_F(CallRebuild, ARestartAfterItIsOne) {
  const auto restarts = [&](std::uint32_t party, const std::string& ufrag) {
    const CallDevice& device = fixture.call.record.parties[party - 1].device;
    CallCommand sdp = CallFixture::command(CallOp::kSdp, device.uid.value(), device.key, party);
    sdp.to = PartyId(3 - party);
    sdp.word = "offer";
    sdp.ufrag = ufrag;
    return find_party(*calls.apply(id, "", sdp, fixture.now).record, PartyId(party))->restarts;
  };
  for (const std::uint32_t first : {1U, 2U}) {
    calls.disown(slot_of_call(id));
    calls.own(slot_of_call(id), first);
    for (const std::uint32_t party : {first, 3 - first}) ASSERT_EQ(resume(party, fixture.now).answer.code, 0);
    EXPECT_EQ(restarts(1, "another"), 1U);
    EXPECT_EQ(restarts(2, "u2"), 0U) << "another track";
    EXPECT_EQ(restarts(2, "another"), 1U);
  }
}

TEST_F(CallRebuild, ACallThatIsMadeAnewLastsNoLonger) {
  const CallMs end = fixture.call.record.started_ms + options.times.longest;
  const CallMs now = end - options.times.heartbeat;
  ASSERT_EQ(resume(1, now).answer.code, 0);
  ASSERT_EQ(resume(2, now).answer.code, 0);
  EXPECT_EQ(calls.told(id, now).record->state, CallState::kConnecting);
  calls.tick(end);
  const auto record = *calls.told(id, end).record;
  EXPECT_EQ(record.state, CallState::kEnded);
  EXPECT_EQ(record.reason, EndReason::kMaxDuration);
}

}  // namespace
}  // namespace im::router
