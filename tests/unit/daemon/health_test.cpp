#include "common/daemon/health.hpp"

#include <algorithm>
#include <string>

#include <gtest/gtest.h>

#include "common/base/log.hpp"

namespace im {
namespace {

TEST(HealthTest, IsReadyWithoutDependencies) {
  const Health health;
  EXPECT_TRUE(health.ready());
  EXPECT_EQ(health.to_json(), R"({"ready":true,"draining":false,"dependencies":{}})");
}

TEST(HealthTest, IsReadyWhenEveryDependencyIsUp) {
  Health health;
  health.set("logic", false, "connection refused");
  health.set("kafka", true);
  EXPECT_FALSE(health.ready());
  EXPECT_EQ(health.to_json(), R"({"ready":false,"draining":false,"dependencies":{"kafka":{"up":true,"detail":""},)"
                              R"("logic":{"up":false,"detail":"connection refused"}}})");
  health.set("logic", true);
  EXPECT_TRUE(health.ready());
}

TEST(HealthTest, DrainingIsNotReady) {
  Health health;
  health.set("logic", true);
  health.start_draining();
  EXPECT_TRUE(health.draining());
  EXPECT_FALSE(health.ready());
  EXPECT_EQ(health.to_json(), R"({"ready":false,"draining":true,"dependencies":{"logic":{"up":true,"detail":""}}})");
}

TEST(HealthTest, DetailsCannotBreakTheJson) {
  Health health;
  health.set("a\"b", false, "line\nwith \"quotes\" and \\");
  EXPECT_NE(health.to_json().find(R"("a\"b":{"up":false,"detail":"line with \"quotes\" and \\"})"), std::string::npos);
}

TEST(HealthTest, LogsChangesOnly) {
  Health health;
  testing::internal::CaptureStderr();
  health.set("logic", false, "first");
  health.set("logic", false, "first");
  health.set("logic", true);
  health.set("logic", true);
  const std::string log = testing::internal::GetCapturedStderr();
  EXPECT_NE(log.find("waiting for logic"), std::string::npos);
  EXPECT_NE(log.find("logic is up"), std::string::npos);
  EXPECT_EQ(std::count(log.begin(), log.end(), '\n'), 2);
  EXPECT_NE(health.to_json().find(R"("detail":"")"), std::string::npos);
}

/// The lines that a Health writes in text form.
class HealthLines : public testing::Test {
 protected:
  HealthLines() { log::init({"svc", "svc-1", log::Level::kInfo, log::Format::kText}); }
  std::size_t lines(bool up, const std::string& detail) {
    testing::internal::CaptureStderr();
    health_.set("logic", up, detail);
    const std::string text = testing::internal::GetCapturedStderr();
    return static_cast<std::size_t>(std::count(text.begin(), text.end(), '\n'));
  }
  TimePoint now_{};
  Health health_{[this] { return now_; }};
};

TEST_F(HealthLines, TheTrueReasonFollowsThePlaceholderAtOnceAndLaterOnesOnceAMinute) {
  using namespace std::chrono_literals;
  EXPECT_EQ(lines(false, "not asked yet"), 1U);
  EXPECT_EQ(lines(false, "connection refused"), 1U);
  EXPECT_EQ(lines(false, "connection refused"), 0U);
  EXPECT_EQ(lines(false, "timeout"), 0U);
  now_ += 59s;
  EXPECT_EQ(lines(false, "timeout"), 0U);
  now_ += 1s;
  EXPECT_EQ(lines(false, "timeout"), 1U);
  EXPECT_EQ(lines(true, ""), 1U);
  EXPECT_EQ(lines(true, "detail"), 0U);
  EXPECT_EQ(lines(false, "timeout"), 1U);
}

}  // namespace
}  // namespace im
