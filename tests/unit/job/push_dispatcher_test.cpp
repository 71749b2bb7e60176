#include "job/push_dispatcher.hpp"

#include <gtest/gtest.h>

#include "tests/unit/job/job_fakes.hpp"

namespace im::job {
namespace {

TEST(PushDispatcherTest, OneDeliveryPerTargetAndTheOffsetWaitsForAll) {
  PushDispatcher dispatcher;
  dispatcher.assigned(3);
  const auto deliveries = dispatcher.dispatch(record(3, 41, {comet(1), comet(2)}));
  ASSERT_EQ(deliveries.size(), 2U);
  EXPECT_EQ(deliveries[0].comet(), comet(1));
  EXPECT_EQ(deliveries[1].comet(), comet(2));
  dispatcher.settled(deliveries[1]);
  EXPECT_EQ(dispatcher.settlement().take_watermark(3), std::nullopt);
  dispatcher.settled(deliveries[0]);
  EXPECT_EQ(dispatcher.settlement().take_watermark(3), 42);
}

TEST(PushDispatcherTest, SharesTheBroadcastSpeed) {
  PushDispatcher dispatcher;
  dispatcher.assigned(0);
  const auto speed_of = [&dispatcher](std::int32_t speed, std::int64_t offset,
                                      const std::vector<CometInstance>& targets) {
    auto made = *record(0, offset, targets);
    made.speed = speed;
    const auto deliveries = dispatcher.dispatch(std::make_shared<PushRecord>(made));
    return deliveries.empty() ? -1 : deliveries.front().speed;
  };
  EXPECT_EQ(speed_of(100, 0, {comet(1), comet(2), comet(3)}), 33);
  EXPECT_EQ(speed_of(2, 1, {comet(1), comet(2), comet(3)}), 1);
  EXPECT_EQ(speed_of(0, 2, {comet(1)}), 0);
  EXPECT_EQ(speed_of(100, 3, {}), -1);  // no comet at all: goim divides by zero here
}

TEST(PushDispatcherTest, ARecordWithoutTargetsIsSettled) {
  PushDispatcher dispatcher;
  dispatcher.assigned(0);
  EXPECT_TRUE(dispatcher.dispatch(record(0, 9, {})).empty());
  EXPECT_EQ(dispatcher.settlement().take_watermark(0), 10);
}

TEST(PushDispatcherTest, APartitionThatIsNotHeldGivesNothing) {
  PushDispatcher dispatcher;
  EXPECT_TRUE(dispatcher.dispatch(record(0, 9, {comet(1)})).empty());
  EXPECT_EQ(dispatcher.settlement().unsettled_records(), 0U);
}

TEST(PushDispatcherTest, AfterTheLogBeganAnewOldAcknowledgementsDoNotCount) {
  PushDispatcher dispatcher;
  dispatcher.assigned(0);
  const auto old_one = dispatcher.dispatch(record(0, 5, {comet(1)}));
  dispatcher.log_began_anew(0);
  dispatcher.dispatch(record(0, 5, {comet(1)}));
  dispatcher.settled(old_one.front());
  EXPECT_EQ(dispatcher.settlement().take_watermark(0), std::nullopt);
}

}  // namespace
}  // namespace im::job
