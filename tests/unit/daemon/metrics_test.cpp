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

}  // namespace
}  // namespace im
