#include "comet/cluster/request_lane.hpp"

#include "tests/unit/comet/cluster/cluster_fakes.hpp"

namespace im::comet {
namespace {

class RequestLaneTest : public ClusterTest {
 protected:
  void ask(std::uint32_t client, std::size_t bytes = 10) {
    ReceiveAsk ask;
    ask.caller.conn = ConnId(0, client, 1);
    ask.body = std::string(bytes, 'x');
    lane_.ask(std::move(ask));
    control_.run();
  }
  void answer(std::size_t request, Result<ReceiveAnswer> result = ReceiveAnswer{}) {
    logic_.receives[request].second(std::move(result));
    control_.run();
  }
  /// Code of the answer to a client; -1: it has none.
  std::int32_t heard(std::uint32_t client) const {
    for (const auto& [conn, reply] : first_.replies)
      if (conn == ConnId(0, client, 1)) return reply.failure ? reply.failure->code : 0;
    return -1;
  }

  RequestLane lane_{{.window = {.least = 1, .first = 2, .most = 4}, .patience = Millis(3000), .most_bytes = 1000},
                    control_,
                    logic_,
                    workers_};
};

TEST_F(RequestLaneTest, HoweverManyAskAtOnceLogicHasSoManyAtATimeAndAllAreAnsweredInOrder) {
  for (std::uint32_t client = 1; client <= 50; ++client) ask(client);
  EXPECT_EQ(logic_.receives.size(), 2U) << "what stands in logic's queues stands before the renewal of a lease, too";
  EXPECT_EQ(lane_.stats().waiting, 48U);
  for (std::size_t request = 0; request < 50; ++request) {
    ASSERT_GT(logic_.receives.size(), request);
    EXPECT_LE(logic_.receives.size(), request + 4);
    EXPECT_EQ(logic_.receives[request].first.caller.conn, ConnId(0, static_cast<std::uint32_t>(request) + 1, 1));
    answer(request);
  }
  EXPECT_EQ(first_.replies.size(), 50U);
  EXPECT_EQ(lane_.stats().waiting, 0U);
  EXPECT_EQ(lane_.stats().failed, 0U);
}

TEST_F(RequestLaneTest, WhoWaitedTooLongHearsLaterAndLogicIsNotAsked) {
  for (std::uint32_t client = 1; client <= 6; ++client) ask(client);
  control_.advance(Millis(3001));
  ask(7);
  EXPECT_EQ(heard(3), 4503);
  EXPECT_EQ(heard(6), 4503);
  EXPECT_EQ(heard(7), -1) << "it has just come";
  EXPECT_EQ(lane_.stats().late, 4U);
  answer(0, Error{Error::Code::kTimeout, "late"});
  answer(1, Error{Error::Code::kTimeout, "late"});
  ASSERT_EQ(logic_.receives.size(), 3U);
  EXPECT_EQ(logic_.receives[2].first.caller.conn, ConnId(0, 7, 1));
}

/// No other request comes, and logic stands still.
TEST_F(RequestLaneTest, NobodyWaitsLongerBecauseNothingHappens) {
  for (std::uint32_t client = 1; client <= 3; ++client) ask(client);
  control_.advance(Millis(1000));
  ask(4);
  control_.advance(Millis(2001));
  EXPECT_EQ(heard(3), 4503);
  EXPECT_EQ(heard(4), -1);
  control_.advance(Millis(1000));
  EXPECT_EQ(heard(4), 4503);
  EXPECT_EQ(lane_.stats().waiting, 0U);
  EXPECT_EQ(logic_.receives.size(), 2U);
}

TEST_F(RequestLaneTest, WhenNobodyAnswersLessIsAskedAtOnce) {
  for (std::uint32_t client = 1; client <= 4; ++client) ask(client);
  answer(0, Error{Error::Code::kUnavailable, "no logic"});
  EXPECT_EQ(logic_.receives.size(), 2U) << "one is still under way, and there is room for one";
  answer(1, Error{Error::Code::kTimeout, "late"});
  EXPECT_EQ(logic_.receives.size(), 3U);
}

TEST_F(RequestLaneTest, ARefusalIsAnAnswerAndNoSignOfASlowLogic) {
  for (std::uint32_t client = 1; client <= 4; ++client) ask(client);
  ReceiveAnswer refused;
  refused.failure = RequestFailure{4503, "the store is away", 0};
  answer(0, refused);
  EXPECT_EQ(heard(1), 4503);
  EXPECT_EQ(logic_.receives.size(), 4U) << "more are asked at once";
}

TEST_F(RequestLaneTest, WhatWaitsIsBoundedInBytes) {
  ask(1);
  ask(2);
  ask(3, 600);
  ask(4, 600);
  EXPECT_EQ(heard(3), -1);
  EXPECT_EQ(heard(4), 4503);
  answer(0);
  answer(1);
  ask(5, 600);
  EXPECT_EQ(heard(5), -1);
  EXPECT_EQ(logic_.receives.size(), 4U);
}

}  // namespace
}  // namespace im::comet
