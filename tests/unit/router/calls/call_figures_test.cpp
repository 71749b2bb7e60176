#include <gtest/gtest.h>

#include "router/calls/call_convert.hpp"
#include "tests/unit/router/calls/call_fixture.hpp"

namespace im::router {
namespace {

/// What the books want to know of a party beside when it came and went.
class CallFigures : public ::testing::Test, public CallFixture {
 public:
  CallAnswer describe(std::int64_t uid, const std::string& key, std::uint32_t party, const std::string& type,
                      const std::string& ufrag) {
    CallCommand sdp = command(CallOp::kSdp, uid, key, party);
    sdp.to = PartyId(3 - party);
    sdp.word = type;
    sdp.ufrag = ufrag;
    return run(sdp);
  }
  const Party& ann() { return *find_party(call.record, PartyId(1)); }
  const Party& bob() { return *find_party(call.record, PartyId(2)); }
};

TEST_F(CallFigures, WhenAPartyFirstConnectedStays) {
  invite();
  now += 2000;
  run(CallOp::kAccept, kBob, "bob");
  report(kBob, "bob", 2, "connecting");
  EXPECT_EQ(bob().connected_ms, 0);
  now += 700;
  report(kBob, "bob", 2, "connected");
  const CallMs first = now;
  now += 5000;
  report(kBob, "bob", 2, "disconnected");
  report(kBob, "bob", 2, "connected");
  EXPECT_EQ(bob().connected_ms, first);
  EXPECT_EQ(ann().connected_ms, 0);
}

TEST_F(CallFigures, AnOfferWithAnotherUfragIsARestart) {
  talk();
  EXPECT_EQ(describe(kAnn, "ann", 1, "offer", "a1").code, 0);
  describe(kBob, "bob", 2, "answer", "b1");
  describe(kAnn, "ann", 1, "offer", "a1");  // another track
  describe(kBob, "bob", 2, "offer", "b1");
  describe(kAnn, "ann", 1, "answer", "a1");
  EXPECT_EQ(ann().restarts, 0U);
  EXPECT_EQ(bob().restarts, 0U);
  describe(kAnn, "ann", 1, "offer", "a2");
  describe(kBob, "bob", 2, "answer", "b2");  // answers a restart with a new one of its own
  describe(kAnn, "ann", 1, "rollback", "");
  describe(kAnn, "ann", 1, "offer", "a2");
  EXPECT_EQ(ann().restarts, 1U);
  EXPECT_EQ(bob().restarts, 0U);
}

TEST_F(CallFigures, WhatIsRefusedOrRepeatedIsNoRestart) {
  talk();
  describe(kAnn, "ann", 1, "offer", "a1");
  CallCommand sdp = command(CallOp::kSdp, kAnn, "ann", 1);
  sdp.to = PartyId(9);
  sdp.word = "offer";
  sdp.ufrag = "a2";
  EXPECT_EQ(run(sdp).code, 4403);
  EXPECT_EQ(ann().restarts, 0U);
  sdp.to = PartyId(2);
  sdp.cseq = 1;
  for (int i = 0; i < 2; ++i) EXPECT_EQ(run(sdp).code, 0);
  EXPECT_EQ(ann().restarts, 1U);
}

TEST_F(CallFigures, TheyAreKeptWithTheCall) {
  talk();
  call.record.id = CallId(1025);
  describe(kAnn, "ann", 1, "offer", "a1");
  describe(kAnn, "ann", 1, "offer", "a2");
  const auto again = decode_call(encode(call));
  ASSERT_TRUE(again);
  EXPECT_EQ(again->record.parties[0].restarts, 1U);
  EXPECT_EQ(again->record.parties[0].connected_ms, now);
}

TEST_F(CallFigures, ARestartAfterAnotherRouterTookTheCallIsOne) {
  talk();
  call.record.id = CallId(1025);
  call.dirty = false;
  describe(kAnn, "ann", 1, "offer", "a1");
  describe(kBob, "bob", 2, "answer", "b1");
  EXPECT_TRUE(call.dirty) << "what the next router has to know is written";
  call = *decode_call(encode(call));
  describe(kBob, "bob", 2, "offer", "b1");  // another track
  describe(kAnn, "ann", 1, "offer", "a2");
  EXPECT_EQ(ann().restarts, 1U);
  EXPECT_EQ(bob().restarts, 0U);
}

}  // namespace
}  // namespace im::router
