#include "common/client/node_list.hpp"

#include <gtest/gtest.h>

namespace im::client {
namespace {

TEST(NodeList, AsLogicAnswers) {
  const auto list = parse_node_list(
      R"({"code":0,"message":"","data":{"domain":"d","tcp_port":3101,"ws_port":3102,"heartbeat":240,"nodes":["a","b"]}})");
  ASSERT_TRUE(list.ok());
  EXPECT_EQ(list.value().hosts, (std::vector<std::string>{"a", "b"}));
  EXPECT_EQ(list.value().port(Transport::kTcp), 3101);
  EXPECT_EQ(list.value().port(Transport::kWebSocket), 3102);
  EXPECT_EQ(list.value().heartbeat, std::chrono::seconds(240));
}

TEST(NodeList, WhatIsNotOne) {
  for (const char* body : {"", "[]", "{}", R"({"data":1})", "<html>"})
    EXPECT_EQ(parse_node_list(body).error().message, "the answer is not a node list") << body;
  EXPECT_EQ(parse_node_list(R"({"data":{"nodes":[]}})").error().message, "the node list is empty");
}

TEST(NodeList, NumbersOutOfRangeCountAsNotTold) {
  const auto list = parse_node_list(R"({"data":{"nodes":["a"],"tcp_port":70000,"ws_port":"x","heartbeat":-1}})");
  EXPECT_EQ(list.value().tcp_port, 0);
  EXPECT_EQ(list.value().ws_port, 0);
  EXPECT_EQ(list.value().heartbeat.count(), 0);
}

}  // namespace
}  // namespace im::client
