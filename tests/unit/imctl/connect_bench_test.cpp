#include <unistd.h>

#include <gtest/gtest.h>

#include "common/wire/packet.hpp"
#include "tools/imctl/api.hpp"
#include "tools/imctl/bench/login_rush.hpp"
#include "tools/imctl/bench/process_cpu.hpp"
#include "tools/imctl/bench/socket_holder.hpp"

namespace im::imctl {
namespace {

using std::chrono::milliseconds;

std::string answer(std::int32_t op) {
  std::string bytes;
  wire::append_packet(bytes, {.version = 1, .op = op, .seq = 1, .body = {}});
  return bytes;
}

IdlePlan fifty(const SocketHolder& server) {
  IdlePlan plan;
  plan.server = server.address();
  plan.connections = 50;
  return plan;
}

TEST(ConnectBench, EachThatIsAnsweredIsLoggedIn) {
  const SocketHolder server(answer(wire::kOpAuthReply));
  const RushResult result = rush(fifty(server), 7, std::chrono::seconds(30));
  EXPECT_EQ(result.done, 50U);
  EXPECT_EQ(result.failed, 0U);
  EXPECT_EQ(result.ms.size(), 50U);
  EXPECT_GT(result.per_second(), 0);
}

TEST(ConnectBench, WhoIsNotAnsweredHasFailed) {
  const SocketHolder server;
  const RushResult result = rush(fifty(server), 7, milliseconds(50));
  EXPECT_EQ(result.done, 0U);
  EXPECT_EQ(result.failed, 50U);
}

TEST(ConnectBench, AnotherAnswerIsNone) {
  const SocketHolder server(answer(wire::kOpHeartbeatReply));
  EXPECT_EQ(rush(fifty(server), 7, std::chrono::seconds(30)).failed, 50U);
}

TEST(ProcessCpu, OfAProcessThatIsThere) {
  EXPECT_GE(cpu_seconds(::getpid()), 0);
  EXPECT_THROW(cpu_seconds(1 << 30), Failure);
}

}  // namespace
}  // namespace im::imctl
