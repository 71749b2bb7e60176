#include "tools/imctl/bench/daemon_figures.hpp"

#include <gtest/gtest.h>

namespace im::imctl {
namespace {

TEST(DaemonFigures, ValuesOfOneNameAreAddedUp) {
  const auto values = parse_metrics(
      "# HELP im_router_calls Calls.\n"
      "# TYPE im_router_calls gauge\n"
      "im_router_calls 12\n"
      "im_router_nodes{kind=\"comet\"} 2\n"
      "im_router_nodes{kind=\"a b\"} 3\n"
      "process_resident_memory_bytes 1.5e+07");
  EXPECT_EQ(values.at("im_router_calls"), 12);
  EXPECT_EQ(values.at("im_router_nodes"), 5);
  EXPECT_EQ(values.at("process_resident_memory_bytes"), 15e6);
  EXPECT_EQ(values.size(), 3U);
}

TEST(DaemonFigures, WhatIsNoMetricIsPassedOver) {
  EXPECT_TRUE(parse_metrics("").empty());
  EXPECT_TRUE(parse_metrics("nothing\n\n# only a comment").empty());
}

}  // namespace
}  // namespace im::imctl
