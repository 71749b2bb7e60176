// A client that leaves while its login is asked or under way: seen, whatever it sent behind (issue 17, E.37).

#include "tests/unit/comet/comet_fakes.hpp"

namespace im::comet {
namespace {

std::string message(const std::string& payload) { return masked(payload); }
const std::string kClose = masked("\x03\xe9", '\x88');  // 1001, as a browser that leaves the page
const std::string kAuth = WorkerHarness::packet(wire::kOpAuth, 1, "{}");
const std::string kBeat = WorkerHarness::packet(wire::kOpHeartbeat, 2);

class LoginLeavesTest : public testing::Test {
 protected:
  int websocket() {
    const int client = worker_.connect(Transport::kWebSocket);
    worker_.send(client, upgrade_request());
    WorkerHarness::received(client);
    return client;
  }
  /// The login was asked, and given up.
  void expect_abandoned() {
    ASSERT_EQ(worker_.control.connects.size(), 1U);
    EXPECT_EQ(worker_.control.abandoned, std::vector{worker_.control.connects[0].conn});
    EXPECT_EQ(worker_.stats.closed[static_cast<std::size_t>(CloseReason::kPeerClosed)].value(), 1U);
  }
  WorkerHarness worker_;
};

TEST_F(LoginLeavesTest, EndBehindPipelinedBytes) {
  const int client = worker_.connect(Transport::kTcp);
  worker_.send(client, kAuth);
  worker_.send(client, kBeat);
  ::shutdown(client, SHUT_WR);
  worker_.pump();
  expect_abandoned();
  EXPECT_EQ(worker_.io.slab().size(), 0U);
}

TEST_F(LoginLeavesTest, EndBehindMoreThanIsReadAhead) {
  const int client = worker_.connect(Transport::kTcp);
  worker_.send(client, kAuth);
  for (int i = 0; i < 300 && !worker_.io.slab().at(worker_.last_place).paused; ++i) worker_.send(client, kBeat);
  ASSERT_TRUE(worker_.io.slab().at(worker_.last_place).paused);
  worker_.send(client, kBeat);  // stays in the kernel
  ::shutdown(client, SHUT_WR);
  worker_.pump();
  expect_abandoned();
}

TEST_F(LoginLeavesTest, CloseFrameAfterTheLoginWasAsked) {
  const int client = websocket();
  worker_.send(client, message(kAuth));
  worker_.send(client, message(kBeat));
  worker_.send(client, kClose.substr(0, 3));
  EXPECT_TRUE(worker_.control.abandoned.empty());
  worker_.send(client, kClose.substr(3));
  expect_abandoned();
  EXPECT_EQ(WorkerHarness::received(client), ws::close_frame(ws::CloseCode::kGoingAway));
}

TEST_F(LoginLeavesTest, CloseFrameBesideTheLogin) {
  const int client = websocket();
  worker_.send(client, message(kAuth) + message(kBeat) + kClose);
  EXPECT_TRUE(worker_.control.connects.empty());
  EXPECT_EQ(WorkerHarness::received(client), ws::close_frame(ws::CloseCode::kGoingAway));
}

TEST_F(LoginLeavesTest, EndBehindALoginThatNobodyHasLookedAt) {
  const int client = worker_.connect(Transport::kTcp);
  const std::string many = kAuth + std::string(100 * 1024, '\0');  // more than one read brings
  ASSERT_EQ(::send(client, many.data(), many.size(), 0), static_cast<ssize_t>(many.size()));
  ::shutdown(client, SHUT_WR);
  worker_.pump();
  EXPECT_TRUE(worker_.control.connects.empty());
}

TEST_F(LoginLeavesTest, WhileTheRoomIsJoined) {
  const int client = websocket();
  worker_.send(client, message(kAuth));
  worker_.grant("live://1", 3);
  worker_.send(client, kClose);
  ASSERT_EQ(worker_.control.ended.size(), 1U);
  EXPECT_EQ(worker_.control.ended[0].key, "key-3");
}

/// What it asked before it left is carried out: nothing but a login is undone by leaving.
TEST_F(LoginLeavesTest, RequestsOfAnOpenSessionAreTakenBeforeItsEnd) {
  const int client = worker_.open_tcp();
  worker_.send(client, WorkerHarness::packet(4, 10, "x"));
  worker_.send(client, WorkerHarness::packet(4, 11, "y"));
  ::shutdown(client, SHUT_WR);
  worker_.pump();
  ASSERT_EQ(worker_.control.receives.size(), 1U);
  worker_.protocol.on_receive_result(worker_.control.receives[0].first, {});
  worker_.pump();
  ASSERT_EQ(worker_.control.receives.size(), 2U);
  EXPECT_EQ(worker_.control.receives[1].second.body, "y");
  worker_.protocol.on_receive_result(worker_.control.receives[1].first, {});
  worker_.pump();
  EXPECT_EQ(worker_.io.slab().size(), 0U);
}

}  // namespace
}  // namespace im::comet
