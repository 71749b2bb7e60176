#include "common/daemon/health.hpp"

#include <algorithm>
#include <string>

#include <gtest/gtest.h>

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
  health.set("logic", false, "second");
  health.set("logic", true);
  health.set("logic", true);
  const std::string log = testing::internal::GetCapturedStderr();
  EXPECT_NE(log.find("waiting for logic"), std::string::npos);
  EXPECT_EQ(log.find("second"), std::string::npos);
  EXPECT_NE(log.find("logic is up"), std::string::npos);
  EXPECT_EQ(std::count(log.begin(), log.end(), '\n'), 2);
  EXPECT_NE(health.to_json().find(R"("detail":"")"), std::string::npos);
}

}  // namespace
}  // namespace im
