// Commands of a logic on the connections of one worker: socket pairs, no thread.

#include "comet/push/direct_commands.hpp"

#include "tests/unit/comet/comet_fakes.hpp"

namespace im::comet {
namespace {

class DirectCommandsTest : public testing::Test {
 protected:
  int open(std::int64_t uid, bool hello = true) {
    const int client = worker_.open_tcp("", uid);
    id_ = worker_.io.id_of(worker_.last_place);
    worker_.io.slab().at(worker_.last_place).session->said_hello = hello;
    return client;
  }
  static DirectPush event(std::vector<ConnId> conns, const std::string& body) {
    PushMessage message;
    message.operation = 102;
    message.body = std::make_shared<const std::string>(body);
    message.facts = {PushClass::kEvent, PushAudience::kHello};
    return {std::move(conns), std::move(message)};
  }
  std::vector<std::int32_t> run(std::vector<DirectCommand> commands) {
    std::vector<std::int32_t> got;
    direct_.run(std::make_shared<const CommandBatch>(
        std::move(commands), [&](std::vector<std::int32_t> reached) { got = std::move(reached); }));
    return got;
  }
  static std::string pushed(const std::string& body) { return WorkerHarness::packet(102, 0, body); }

  WorkerHarness worker_;
  FanOut fan_out_{0, 256, worker_.io, worker_.rooms, worker_.sweeps, worker_.membership};
  DirectCommands direct_{0, worker_.io, fan_out_, worker_.membership};
  ConnId id_;
};

TEST_F(DirectCommandsTest, PushesReachOnlySessionsThatSaidHelloInOrderAndSayHowMany) {
  const int one = open(1);
  const ConnId first = id_;
  const int silent = open(2, false);
  const ConnId second = id_;
  const ConnId gone(0, 9, 9), elsewhere(1, 0, 1);
  EXPECT_EQ(run({event({first, second, gone, elsewhere}, "a"), event({first}, "b"), event({second}, "c")}),
            (std::vector<std::int32_t>{1, 1, 0}));
  EXPECT_EQ(WorkerHarness::received(one), pushed("a") + pushed("b"));
  EXPECT_EQ(WorkerHarness::received(silent), "");
}

TEST_F(DirectCommandsTest, WhatCannotBeReadIsSaid) {
  open(1);
  EXPECT_EQ(run({std::monostate(), event({id_}, "a")}), (std::vector<std::int32_t>{CommandBatch::kCannot, 1}));
}

// covers R06
TEST_F(DirectCommandsTest, AJoinIsTakenWhenTheRouterKnowsTheRoom) {
  open(1);
  std::vector<std::int32_t> got;
  const ConnId gone(0, 9, 9);
  direct_.run(std::make_shared<const CommandBatch>(
      std::vector<DirectCommand>{RoomChange{{id_, gone}, {"live://1", "live://2"}, true},
                                 RoomChange{{id_}, {"live://\xff"}, true}, RoomChange{{id_}, {"live://3"}, false}},
      [&](std::vector<std::int32_t> reached) { got = std::move(reached); }));
  worker_.protocol.on_room_ready("live://1");
  EXPECT_TRUE(got.empty());
  worker_.protocol.on_room_ready("live://2");
  EXPECT_EQ(got, (std::vector<std::int32_t>{1, 0, 1}));
  EXPECT_EQ(run({RoomChange{{id_}, {"live://1", "live://2"}, false}}), std::vector<std::int32_t>{1});
  EXPECT_EQ(worker_.rooms.size(), 0U);
}

TEST_F(DirectCommandsTest, KicksByUserKeyAndSession) {
  const int by_uid = open(1), by_key = open(2), stays = open(3);
  const ConnId named = id_;
  Kick user, key, old, mine;
  user.uid = Uid(1);
  key.key = "key-2";
  old.conns = {{named, SessionEpoch(2)}};
  EXPECT_EQ(run({user, key, old, user}), (std::vector<std::int32_t>{1, 1, 0, 0}));
  EXPECT_TRUE(WorkerHarness::at_end(by_uid));
  EXPECT_TRUE(WorkerHarness::at_end(by_key));
  EXPECT_FALSE(WorkerHarness::at_end(stays)) << "a newer session must not be hit";
  mine.conns = {{named, SessionEpoch(3)}};
  mine.replaced = true;
  EXPECT_EQ(run({mine}), std::vector<std::int32_t>{1});
  EXPECT_TRUE(WorkerHarness::at_end(stays));
  EXPECT_EQ(worker_.stats.closed[static_cast<std::size_t>(CloseReason::kReplaced)].value(), 1U);
  EXPECT_EQ(worker_.stats.closed[static_cast<std::size_t>(CloseReason::kKicked)].value(), 2U);
}

TEST_F(DirectCommandsTest, AKeyThatSignedTokensEndsTheSessionsOfThoseTokens) {
  const int one = open(1);
  worker_.io.slab().at(worker_.last_place).session->token_key = worker_.io.token_keys().number_of("old");
  const int other = open(2);
  worker_.io.slab().at(worker_.last_place).session->token_key = worker_.io.token_keys().number_of("new");
  const int without = open(3);
  Kick unknown, old;
  unknown.token_key = "never seen";
  old.token_key = "old";
  EXPECT_EQ(run({Kick{}, unknown, old, old}), (std::vector<std::int32_t>{0, 0, 1, 0}));
  EXPECT_TRUE(WorkerHarness::at_end(one));
  EXPECT_FALSE(WorkerHarness::at_end(other));
  EXPECT_FALSE(WorkerHarness::at_end(without));
  EXPECT_EQ(worker_.stats.closed[static_cast<std::size_t>(CloseReason::kTokenExpired)].value(), 1U)
      << "they may come again";
}

TEST_F(DirectCommandsTest, AReplacedSessionIsToldAndOneOfTheNextConnectionNever) {
  const int client = worker_.connect(Transport::kWebSocket);
  worker_.send(client, upgrade_request());
  WorkerHarness::received(client);
  worker_.send(client, masked(WorkerHarness::packet(wire::kOpAuth, 1, "{}")));
  worker_.grant("", 9);
  WorkerHarness::received(client);
  const ConnId conn = worker_.control.connects.back().conn;
  Kick older, later, itself;
  older.conns = {{conn, SessionEpoch(8)}};
  later.conns = {{ConnId(0, conn.slot(), conn.generation() + 1), SessionEpoch(9)}};
  itself.conns = {{conn, SessionEpoch(9)}};
  older.replaced = later.replaced = itself.replaced = true;
  EXPECT_EQ(run({older, later}), (std::vector<std::int32_t>{0, 0}));
  EXPECT_EQ(WorkerHarness::received(client), "");
  EXPECT_EQ(run({itself}), std::vector<std::int32_t>{1});
  EXPECT_EQ(WorkerHarness::received(client),
            ws::close_frame(static_cast<ws::CloseCode>(4002), "replaced by a newer connection"));
  EXPECT_EQ(worker_.stats.closed[static_cast<std::size_t>(CloseReason::kReplaced)].value(), 1U);
}

TEST_F(DirectCommandsTest, ALoginReplacedBeforeItsAnswerIsClosed) {
  const int client = worker_.connect(Transport::kTcp);
  worker_.send(client, WorkerHarness::packet(wire::kOpAuth, 1, "{}"));
  Kick kick;
  kick.conns = {{worker_.control.connects.back().conn, SessionEpoch(5)}};
  kick.replaced = true;
  EXPECT_EQ(run({kick}), std::vector<std::int32_t>{1});
  EXPECT_TRUE(WorkerHarness::at_end(client));
}

TEST_F(DirectCommandsTest, AnEmptyKickHitsNobody) {
  const int client = open(1);
  EXPECT_EQ(run({Kick{}}), std::vector<std::int32_t>{0});
  EXPECT_FALSE(WorkerHarness::at_end(client));
}

}  // namespace
}  // namespace im::comet
