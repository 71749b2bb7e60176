#include "common/base/domain_thread.hpp"

#include <atomic>
#include <future>

#include <gtest/gtest.h>

namespace im {
namespace {

using namespace std::chrono_literals;

TEST(DomainThreadTest, RunsWhatIsPostedInOrderFromOneThread) {
  DomainThread domain;
  std::vector<int> seen;
  for (int i = 0; i < 100; ++i) domain.post([&seen, i] { seen.push_back(i); });
  domain.start();
  ASSERT_TRUE(domain.run_and_wait([] {}, 30s));
  ASSERT_EQ(seen.size(), 100U);
  EXPECT_TRUE(std::is_sorted(seen.begin(), seen.end()));
}

TEST(DomainThreadTest, TimersComeInTheOrderOfTheirTime) {
  DomainThread domain;
  std::vector<int> seen;
  std::promise<void> last;
  domain.start();
  ASSERT_TRUE(domain.run_and_wait(
      [&] {
        domain.post_after(20ms, [&] {
          seen.push_back(2);
          last.set_value();
        });
        domain.post_after(1ms, [&] { seen.push_back(1); });
      },
      30s));
  ASSERT_EQ(last.get_future().wait_for(30s), std::future_status::ready);
  EXPECT_EQ(seen, (std::vector<int>{1, 2}));
}

TEST(DomainThreadTest, StopRunsWhatWasPostedAndDropsTheRest) {
  DomainThread domain;
  std::atomic<int> ran{0};
  domain.start();
  domain.post([&] { ++ran; });
  domain.post_after(1h, [&] { ran += 100; });
  domain.stop();
  domain.post([&] { ran += 1000; });
  EXPECT_EQ(ran, 1);
  EXPECT_FALSE(domain.run_and_wait([] {}, 30s));
}

}  // namespace
}  // namespace im
