#include <gtest/gtest.h>

#include "tests/unit/router/calls/call_fixture.hpp"

namespace im::router {
namespace {

class CallTransfer : public ::testing::Test, public CallFixture {};

TEST_F(CallTransfer, ATakeOverReplacesThePartAndNothingElseEnds) {
  talk();
  events();
  const CallAnswer answer = run(CallOp::kTakeOver, kBob, "tablet");
  EXPECT_EQ(answer.party, PartyId(3));
  const auto heard = events();
  EXPECT_EQ(count(heard, CallEventKind::kEnded, 2), 1);
  EXPECT_EQ(count(heard, CallEventKind::kAccepted, 1), 1);
  EXPECT_EQ(call.record.state, CallState::kActive);
  EXPECT_EQ(call.record.answered_by, PartyId(3));
}

TEST_F(CallTransfer, ADeviceWithoutAConnectionTakesNothingOver) {
  talk();
  events();
  CallCommand take = command(CallOp::kTakeOver, kBob, "tablet");
  take.device.conn = ConnId();  // over HTTP
  EXPECT_EQ(run(take).code, 4409);
  CallCommand resume = command(CallOp::kResume, kBob, "bob", 2);
  resume.token = call.record.parties[1].token;
  resume.device.conn = ConnId();
  EXPECT_EQ(run(resume).code, 4409);
  EXPECT_TRUE(events().empty());
  EXPECT_NE(call.record.parties[1].device.conn, ConnId());
  EXPECT_FALSE(call.record.parties[1].left);
  EXPECT_EQ(call.record.answered_by, PartyId(2));
}

}  // namespace
}  // namespace im::router
