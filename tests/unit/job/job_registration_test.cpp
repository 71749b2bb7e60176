#include "job/job_registration.hpp"

#include <gtest/gtest.h>

#include "tests/unit/job/job_fakes.hpp"
#include "tests/unit/job/router_fake.hpp"

namespace im::job {
namespace {

using namespace std::chrono_literals;

class JobRegistrationTest : public testing::Test {
 protected:
  void enter(std::uint64_t epoch) {
    router_.registrations.back()(JobLease{epoch, 9s});
    scheduler_.run();
  }
  ManualScheduler scheduler_;
  FakeRouter router_;
  std::shared_ptr<JobRegistration> registration_ =
      std::make_shared<JobRegistration>(scheduler_, router_, JobNode{"job-1", "127.0.0.1:3140", "r", "z", "e"});
};

TEST_F(JobRegistrationTest, RenewsEveryThirdOfTheLease) {
  registration_->start();
  enter(5);
  scheduler_.advance(2s);
  EXPECT_TRUE(router_.renewals.empty());
  scheduler_.advance(1s);
  ASSERT_EQ(router_.renewals.size(), 1U);
  EXPECT_EQ(router_.renewals[0].first, 5U);
  router_.renewals[0].second(true);
  scheduler_.advance(3s);
  EXPECT_EQ(router_.renewals.size(), 2U);
}

TEST_F(JobRegistrationTest, ALostLeaseIsAskedForAgain) {
  registration_->start();
  enter(5);
  scheduler_.advance(3s);
  router_.renewals[0].second(false);
  scheduler_.advance(1ms);
  EXPECT_EQ(router_.registrations.size(), 2U);
}

TEST_F(JobRegistrationTest, ARouterThatIsDownIsAskedAgain) {
  registration_->start();
  router_.registrations[0](Error{Error::Code::kUnavailable, "down"});
  scheduler_.advance(2s);
  EXPECT_EQ(router_.registrations.size(), 2U);
}

TEST_F(JobRegistrationTest, LeavesOnlyWhatItHolds) {
  bool done = false;
  registration_->start();
  registration_->stop([&done] { done = true; });
  EXPECT_TRUE(done);
  EXPECT_TRUE(router_.left.empty());

  auto other = std::make_shared<JobRegistration>(scheduler_, router_, JobNode{"job-2", "a", "", "", ""});
  other->start();
  enter(6);
  done = false;
  other->stop([&done] { done = true; });
  EXPECT_TRUE(done);
  EXPECT_EQ(router_.left, (std::vector<std::uint64_t>{6}));
}

}  // namespace
}  // namespace im::job
