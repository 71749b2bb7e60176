#include "common/base/when_all.hpp"

#include <atomic>
#include <cstdint>
#include <optional>
#include <thread>
#include <vector>

#include <gtest/gtest.h>

namespace im {
namespace {

TEST(WhenAll, CallsThatAnswerAtOnceDoNotEndItBeforeTheOthersBegan) {
  std::optional<Result<std::int32_t>> ended;
  WhenAll<std::int32_t>::Part late;
  {
    WhenAll<std::int32_t> all([&](const Result<std::int32_t>& sum) { ended = sum; });
    all.part()(2);
    EXPECT_FALSE(ended);
    late = all.part();
  }
  EXPECT_FALSE(ended);
  late(3);
  ASSERT_TRUE(ended);
  EXPECT_EQ(ended->value(), 5);
}

TEST(WhenAll, NothingToWaitForIsAnAnswer) {
  int ended = 0;
  {
    const WhenAll<> all([&](const Status& status) { ended += status.ok() ? 1 : 100; });
  }
  EXPECT_EQ(ended, 1);
}

TEST(WhenAll, TheFirstErrorWins) {
  std::optional<Status> ended;
  {
    WhenAll<> all([&](const Status& status) { ended = status; });
    const auto one = all.part(), two = all.part(), three = all.part();
    one(Ok{});
    two(Error{Error::Code::kTimeout, "two"});
    three(Error{Error::Code::kDenied, "three"});
  }
  ASSERT_TRUE(ended);
  EXPECT_EQ(ended->error().message, "two");
}

TEST(WhenAll, AnotherRuleMayDecide) {
  const auto worst = [](Status& whole, const Status& part) {
    if (!part.ok()) whole = part.error();
  };
  std::optional<Status> ended;
  {
    WhenAll<> all([&](const Status& status) { ended = status; }, worst);
    all.part()(Error{Error::Code::kTimeout, "one"});
    all.part()(Error{Error::Code::kDenied, "two"});
  }
  EXPECT_EQ(ended->error().message, "two");
}

TEST(WhenAll, IsEndedOnceByThreadsAtATime) {
  for (int round = 0; round < 200; ++round) {
    std::atomic<int> ended{0};
    std::vector<std::thread> threads;
    {
      WhenAll<std::int32_t> all([&](const Result<std::int32_t>& sum) { ended += sum.value(); });
      for (int i = 0; i < 4; ++i) threads.emplace_back([part = all.part()] { part(1); });
    }
    for (auto& thread : threads) thread.join();
    ASSERT_EQ(ended, 4);
  }
}

}  // namespace
}  // namespace im
