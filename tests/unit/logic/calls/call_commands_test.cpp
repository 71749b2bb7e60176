#include "logic/calls/call_commands.hpp"

#include <gtest/gtest.h>

#include "tests/unit/logic/calls/call_fakes.hpp"

namespace im::logic {
namespace {

namespace json = boost::json;

class CallCommandsTest : public testing::Test, public CallStack {
 protected:
  RequestLimits limits_{Rate(), {}};
  RequestRouter router_{limits_, {}};

  /// Users 1 and 2 are parties 1 and 2.
  void SetUp() override {
    add_call_commands(router_, asker);
    auto& call = *calls.reply.mutable_record();
    call.set_id(7);
    for (const std::uint32_t id : {1U, 2U}) {
      auto& party = *call.add_parties();
      party.set_id(id);
      party.mutable_device()->set_uid(id);
      party.set_eseq(1000 + id);
    }
    calls.reply.set_party(2);
  }
  json::object asks(json::object body) {
    body["call_id"] = "c0000000000000007";
    body["party_id"] = "p2";
    json::object told;
    router_.run(caller(2), json::serialize(body), [&told](const Answer& answer) {
      if (answer.ok()) told = std::get<json::object>(answer.result);
    });
    return told;
  }
};

/// Of its own events, not of the other party's: a party that has them all has lost none.
TEST_F(CallCommandsTest, APartyHearsHowFarItsEventsAreCounted) {
  EXPECT_EQ(asks({{"cmd", "call.report"}, {"pc_state", "connected"}}).at("eseq"), 1002);
  calls.reply.set_gap(true);
  const json::object back = asks({{"cmd", "call.resume"}, {"party_token", "t"}, {"last_eseq", 2}});
  EXPECT_EQ(back.at("eseq"), 1002);
  EXPECT_EQ(back.at("gap"), true);
}

}  // namespace
}  // namespace im::logic
