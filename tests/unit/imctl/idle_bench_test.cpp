#include <unistd.h>

#include <boost/json/parse.hpp>
#include <gtest/gtest.h>

#include "tools/imctl/api.hpp"
#include "tools/imctl/bench/daemon_figures.hpp"
#include "tools/imctl/bench/idle_clients.hpp"
#include "tools/imctl/bench/memory_reading.hpp"
#include "tools/imctl/bench/socket_holder.hpp"

namespace im::imctl {
namespace {

TEST(IdleBench, EachLoginHasAKeyOfTheLengthAskedAndARoomOfMany) {
  IdlePlan plan;
  plan.rooms = 10;
  plan.first_user = 100;
  const auto login = boost::json::parse(idle_login(plan, 23)).as_object();
  EXPECT_EQ(login.at("mid").to_number<std::int64_t>(), 123);
  EXPECT_EQ(login.at("key").as_string().size(), 36U);
  EXPECT_EQ(login.at("room_id").as_string(), "bench://3");
  plan.rooms = 0;
  plan.key_length = 1;
  const auto other = boost::json::parse(idle_login(plan, 23)).as_object();
  EXPECT_EQ(other.at("key").as_string(), "idle-23");
  EXPECT_EQ(other.at("room_id").as_string(), "");
}

TEST(IdleBench, BytesPerConnectionAreWhatCameInBetween) {
  const auto each = per_connection({{"comet rows", 1000}}, {{"comet rows", 3000}, {"comet names", 500}}, 10);
  EXPECT_EQ(each, (MemoryReading{{"comet rows", 200}, {"comet names", 50}}));
}

TEST(IdleBench, AProcessIsNamedWithItsPid) {
  EXPECT_EQ(parse_process("comet=12"), (std::pair<std::string, int>{"comet", 12}));
  for (const char* bad : {"comet", "comet=", "comet=x", "comet=12x", "comet=-1", "comet=0"})
    EXPECT_THROW(parse_process(bad), UsageError) << bad;
}

TEST(IdleBench, MemoryOfAProcessThatIsNotThereIsAFailure) {
  EXPECT_GT(read_memory({{{"self", ::getpid()}}, {}}).at("self user memory"), 0);
  EXPECT_THROW(read_memory({{{"nobody", 1 << 30}}, {}}), Failure);
}

TEST(IdleBench, TheControlHoldsConnectionsUntilItGoes) {
  IdleClients clients;
  {
    const SocketHolder holder;
    clients.open(holder.address(), 20);
    EXPECT_GT(read_memory({{{"control", holder.pid()}}, {}}).at("control user memory"), 0);
    EXPECT_EQ(clients.ended(), 0U);
  }
  EXPECT_EQ(clients.ended(), 20U);
}

TEST(DaemonFigures, SeriesKeepTheirLabels) {
  const auto series = parse_series("im_heap_bytes{state=\"used\"} 5\nim_heap_bytes{state=\"unused\"} 2\nim_up 1\n");
  EXPECT_EQ(series.at("im_heap_bytes{state=\"used\"}"), 5);
  EXPECT_EQ(series.size(), 3U);
}

}  // namespace
}  // namespace im::imctl
