#include "common/daemon/metrics.hpp"

#include <gtest/gtest.h>

namespace im {
namespace {

TEST(MetricsTest, AreNothingWithoutCollectors) { EXPECT_EQ(Metrics().scrape(), ""); }

TEST(MetricsTest, WriteThePrometheusTextFormat) {
  Metrics metrics;
  metrics.add([](MetricsPage& page) {
    page.counter("im_pushes_total", "Pushes.", 3, {{"kind", "room"}});
    page.gauge("im_connections", "Connections.", 1.5);
  });
  EXPECT_EQ(metrics.scrape(),
            "# HELP im_connections Connections.\n# TYPE im_connections gauge\nim_connections 1.5\n"
            "# HELP im_pushes_total Pushes.\n# TYPE im_pushes_total counter\nim_pushes_total{kind=\"room\"} 3\n");
}

TEST(MetricsTest, OneFamilyForAllCollectors) {
  Metrics metrics;
  for (const char* kind : {"room", "all"}) {
    metrics.add([kind](MetricsPage& page) { page.counter("im_pushes_total", "Pushes.", 1, {{"kind", kind}}); });
  }
  EXPECT_EQ(metrics.scrape(),
            "# HELP im_pushes_total Pushes.\n# TYPE im_pushes_total counter\n"
            "im_pushes_total{kind=\"room\"} 1\nim_pushes_total{kind=\"all\"} 1\n");
}

TEST(MetricsTest, EscapeLabels) {
  Metrics metrics;
  metrics.add([](MetricsPage& page) { page.gauge("im_x", "X.", 1, {{"why", "a \"b\"\n\\"}}); });
  EXPECT_NE(metrics.scrape().find(R"(im_x{why="a \"b\"\n\\"} 1)"), std::string::npos) << metrics.scrape();
}

TEST(MetricsTest, ReadTheValuesAtScrapeTime) {
  Metrics metrics;
  double value = 1;
  metrics.add([&value](MetricsPage& page) { page.counter("im_x_total", "X.", value); });
  EXPECT_NE(metrics.scrape().find("im_x_total 1\n"), std::string::npos);
  value = 2;
  EXPECT_NE(metrics.scrape().find("im_x_total 2\n"), std::string::npos);
}

TEST(MetricsTest, LargeCountersStayExact) {
  Metrics metrics;
  metrics.add([](MetricsPage& page) { page.counter("im_x_total", "X.", 9007199254740991.0); });
  EXPECT_EQ(std::stod(metrics.scrape().substr(metrics.scrape().rfind(' '))), 9007199254740991.0);
}

TEST(MetricsTest, AHistogramCountsUpwards) {
  using namespace std::chrono_literals;
  Histogram took;
  took.observe(400us);
  took.observe(2500us);
  took.observe(1min);
  Metrics metrics;
  metrics.add([&took](MetricsPage& page) { page.histogram("im_x_seconds", "X.", took, {{"of", "a"}}); });
  const std::string text = metrics.scrape();
  for (const char* line :
       {"# TYPE im_x_seconds histogram\n", "im_x_seconds_count{of=\"a\"} 3\n", "im_x_seconds_sum{of=\"a\"} 60.0029\n",
        "im_x_seconds_bucket{of=\"a\",le=\"0.0005\"} 1\n", "im_x_seconds_bucket{of=\"a\",le=\"0.0025\"} 2\n",
        "im_x_seconds_bucket{of=\"a\",le=\"10\"} 2\n", "im_x_seconds_bucket{of=\"a\",le=\"+Inf\"} 3\n"})
    EXPECT_NE(text.find(line), std::string::npos) << line << "\n" << text;
}

}  // namespace
}  // namespace im
