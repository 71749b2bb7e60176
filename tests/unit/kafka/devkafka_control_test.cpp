#include <gtest/gtest.h>

#include "tools/devkafka/control.hpp"

namespace im::devkafka {
namespace {

class DevkafkaControlTest : public testing::Test {
 protected:
  std::string say(std::string_view line) { return run_command(cluster_, line).text; }
  MockCluster cluster_{2, {{"push", 4}}};
};

TEST_F(DevkafkaControlTest, VerbsWork) {
  for (const auto* line : {"down 1", "up 1", "down -1", "up -1", "rtt 2 20", "err 3", "cut 1", "fatal", "leader 3 2",
                           "leader 0 -1", "coord 2", "coord 1 other-group"}) {
    EXPECT_EQ(say(line), "ok\n") << line;
  }
}

TEST_F(DevkafkaControlTest, MistakesAreExplained) {
  EXPECT_NE(say("down 3").find("no broker 3"), std::string::npos);
  EXPECT_NE(say("leader 9 1").find("partitions 0 to 3"), std::string::npos);
  EXPECT_NE(say("down").find("down N"), std::string::npos);
  EXPECT_NE(say("explode 1x").find("error: "), std::string::npos);
  EXPECT_NE(say("err 0").find("count"), std::string::npos);
}

TEST_F(DevkafkaControlTest, StatusShowsBrokersAndTopics) {
  say("down 2");
  const auto status = say("status");
  EXPECT_NE(status.find("broker 1 up"), std::string::npos);
  EXPECT_NE(status.find("broker 2 down"), std::string::npos);
  EXPECT_NE(status.find("topic push partitions 4"), std::string::npos);
}

TEST_F(DevkafkaControlTest, QuitEnds) {
  EXPECT_TRUE(run_command(cluster_, "quit").quit);
  EXPECT_FALSE(run_command(cluster_, "").quit);
}

}  // namespace
}  // namespace im::devkafka
