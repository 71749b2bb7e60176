#include "comet/trouble_log.hpp"

#include <gtest/gtest.h>

namespace im::comet {
namespace {

using namespace std::chrono_literals;

struct TroubleLogTest : testing::Test {
  std::vector<std::string> look() {
    std::vector<std::string> lines;
    for (const auto& line : log.look({&one, &two}, now))
      lines.push_back(std::string(line.reason) + " " + std::to_string(line.count));
    return lines;
  }
  WorkerStats one, two;
  TroubleLog log;
  TimePoint now{1h};
};

TEST_F(TroubleLogTest, AReasonIsToldAtOnceAndThenOnceAMinuteWithItsCount) {
  EXPECT_TRUE(look().empty());
  one.close(CloseReason::kSlowConsumer);
  two.close(CloseReason::kSlowConsumer);
  EXPECT_EQ(look(), std::vector<std::string>{"slow_consumer 2"});
  one.close(CloseReason::kSlowConsumer);
  now += 59s;
  EXPECT_TRUE(look().empty());
  now += 1s;
  EXPECT_EQ(look(), std::vector<std::string>{"slow_consumer 1"});  // also when nothing came in the last second
  now += 1h;
  EXPECT_TRUE(look().empty());
}

TEST_F(TroubleLogTest, EachReasonHasItsOwnMinuteAndClientsThatLeaveAreNoTrouble) {
  one.close(CloseReason::kAuthRefused);
  EXPECT_EQ(look().size(), 1U);
  one.refuse(Limit::kConnectionMessages);
  two.drop(DropReason::kRoomOverflow, 5);
  one.close(CloseReason::kPeerClosed);
  one.drop(DropReason::kNotAccepted);
  EXPECT_EQ(look(),
            (std::vector<std::string>{"room_overflow 5", std::string(label(Limit::kConnectionMessages)) + " 1"}));
}

}  // namespace
}  // namespace im::comet
