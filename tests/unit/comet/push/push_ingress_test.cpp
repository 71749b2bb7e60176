#include "comet/push/push_ingress.hpp"

#include <gtest/gtest.h>

namespace im::comet {
namespace {

using std::chrono::minutes;

class Receiver final : public WorkerPort {
 public:
  void hand_over(DeliveryBatchRef batch) override {
    for (const PushDelivery& delivery : batch->deliveries) bodies.push_back(*delivery.message.body);
  }
  void hand_over(CommandBatchRef) override {}
  std::vector<std::string> bodies;
};

PlacedDelivery line(std::int64_t offset, const std::string& body, const std::string& once,
                    const std::string& room = "webim://lobby") {
  PlacedDelivery placed{0, offset, {}};
  placed.delivery.scope = PushScope::kRoom;
  placed.delivery.room = room;
  placed.delivery.once = once;
  placed.delivery.message.body = std::make_shared<const std::string>(body);
  return placed;
}

class PushIngressTest : public testing::Test {
 protected:
  void bring(PlacedDelivery placed) {
    ingress_.apply(log_, {}, {std::move(placed)}, [this] { ++taken_; });
  }
  const AppliedMarks::Log log_{"bus", "topic"};
  Receiver worker_;
  WorkerSet workers_{{&worker_}};
  PushIngress ingress_{workers_};
  int taken_ = 0;
};

TEST_F(PushIngressTest, APushThatWasHandedOverTwiceIsBroughtOnce) {
  bring(line(1, "first", "7/100"));
  bring(line(2, "again", "7/100"));
  bring(line(3, "next", "8/101"));
  EXPECT_EQ(worker_.bodies, (std::vector<std::string>{"first", "next"}));
  EXPECT_EQ(ingress_.stats().repeated, 1U);
  EXPECT_EQ(ingress_.stats().applied, 2U);
  EXPECT_EQ(taken_, 3) << "what is left out is taken";
}

TEST_F(PushIngressTest, NamesAreOfTheirRoomAndWithoutOneEachIsBrought) {
  bring(line(1, "a", "1"));
  bring(line(2, "b", "1", "live://1"));
  bring(line(3, "c", ""));
  bring(line(4, "d", ""));
  EXPECT_EQ(worker_.bodies, (std::vector<std::string>{"a", "b", "c", "d"}));
}

TEST_F(PushIngressTest, ARecordThatComesAgainIsSkippedBeforeItsNameCounts) {
  bring(line(1, "a", "1"));
  bring(line(1, "a", "1"));
  EXPECT_EQ(ingress_.stats().skipped, 1U);
  EXPECT_EQ(ingress_.stats().repeated, 0U);
}

TEST(OnceNames, RemembersForItsTimeAndNotForEver) {
  OnceNames names({.most = 100, .keep = minutes(10)});
  const TimePoint start = monotonic_now();
  EXPECT_TRUE(names.first("r", "a", start));
  EXPECT_TRUE(names.first("r", "b", start + minutes(9)));
  EXPECT_FALSE(names.first("r", "b", start + minutes(18)));
  EXPECT_TRUE(names.first("r", "a", start + minutes(31)));
}

TEST(OnceNames, IsBoundedByItsNumberAndKeepsTheNewest) {
  OnceNames names({.most = 100, .keep = minutes(10)});
  const TimePoint now = monotonic_now();
  for (int i = 0; i < 1000; ++i) EXPECT_TRUE(names.first("r", std::to_string(i), now));
  for (int i = 901; i < 1000; ++i) EXPECT_FALSE(names.first("r", std::to_string(i), now));
  EXPECT_TRUE(names.first("r", "1", now));
}

}  // namespace
}  // namespace im::comet
