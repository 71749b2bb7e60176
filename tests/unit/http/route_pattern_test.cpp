#include "common/http/route_pattern.hpp"

#include <stdexcept>

#include <gtest/gtest.h>

#include "common/http/route_table.hpp"

namespace im::http {
namespace {

using Captures = std::optional<HttpFields>;

Captures match(const char* pattern, const char* path) { return RoutePattern(pattern).match(path); }

TEST(RoutePatternTest, LiteralsAreComparedByteByByte) {
  EXPECT_EQ(match("/goim/push", "/goim/push"), HttpFields{});
  for (const char* path : {"/goim", "/goim/push/", "/goim//push", "/Goim/push", "/%67oim/push", "goim/push", "", "/"}) {
    EXPECT_EQ(match("/goim/push", path), std::nullopt) << path;
  }
  EXPECT_EQ(match("/", "/"), HttpFields{});
}

TEST(RoutePatternTest, PartsTakeOneSegmentDecoded) {
  EXPECT_EQ(match("/v1/rooms/{id}/m", "/v1/rooms/a%2Fb%20c/m"), (HttpFields{{"id", "a/b c"}}));
  EXPECT_EQ(match("/{a}/{b}", "/1/2"), (HttpFields{{"a", "1"}, {"b", "2"}}));
  for (const char* path : {"/v1/rooms//m", "/v1/rooms/a/b/m", "/v1/rooms/a", "/v1/rooms/%zz/m"}) {
    EXPECT_EQ(match("/v1/rooms/{id}/m", path), std::nullopt) << path;
  }
}

TEST(RoutePatternTest, TheRestMayBeEmptyOrLong) {
  EXPECT_EQ(match("/files/{path...}", "/files/a/b"), (HttpFields{{"path", "a/b"}}));
  EXPECT_EQ(match("/files/{path...}", "/files/"), (HttpFields{{"path", ""}}));
  EXPECT_EQ(match("/files/{path...}", "/files"), std::nullopt);
  EXPECT_EQ(match("/{path...}", "/"), (HttpFields{{"path", ""}}));
}

TEST(RoutePatternTest, WhatIsNoPatternIsRefused) {
  for (const char* text : {"", "a", "/{}", "/a{b}", "/{a}b", "/{a...}/b", "/{...}", "/{{a}}"}) {
    EXPECT_THROW(RoutePattern{text}, std::invalid_argument) << text;
  }
}

class RouteTableTest : public testing::Test {
 protected:
  RouteTableTest() {
    for (const auto& [method, pattern] : {std::pair{"GET", "/a/{id}"},
                                          {"GET", "/a/b"},
                                          {"PUT", "/a/{name}"},
                                          {"GET", "/{rest...}"},
                                          {"*", "/star"},
                                          {"GET", "/star"}})
      add(method, pattern);
  }
  void add(const char* method, const char* pattern) {
    HttpRoute route;
    route.method = method;
    route.pattern = pattern;
    table.add(std::move(route));
  }
  std::string found(const char* method, const char* path) const {
    const auto found = table.find(method, path);
    return found.route == nullptr ? "" : found.route->method + " " + found.route->pattern;
  }
  RouteTable table;
};

TEST_F(RouteTableTest, TheMoreLiteralIsTaken) {
  EXPECT_EQ(found("GET", "/a/b"), "GET /a/b");
  EXPECT_EQ(found("GET", "/a/c"), "GET /a/{id}");
  EXPECT_EQ(found("GET", "/a/c/d"), "GET /{rest...}");
}

TEST_F(RouteTableTest, AnotherPatternMayKnowTheMethod) {
  EXPECT_EQ(found("PUT", "/a/b"), "PUT /a/{name}");
  EXPECT_EQ(found("HEAD", "/a/c"), "GET /a/{id}");
  EXPECT_EQ(found("POST", "/star"), "* /star");
  EXPECT_EQ(found("GET", "/star"), "GET /star");
  const auto none = table.find("POST", "/a/b");
  EXPECT_EQ(none.route, nullptr);
  ASSERT_NE(none.place, nullptr);
  EXPECT_EQ(none.place->allow(), (std::vector<std::string>{"GET", "HEAD"}));
}

}  // namespace
}  // namespace im::http
