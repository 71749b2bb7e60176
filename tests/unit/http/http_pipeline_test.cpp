#include "tests/unit/http/http_fixture.hpp"

namespace im {
namespace {

using HttpPipelineTest = HttpServerTest;

TEST_F(HttpPipelineTest, AnswersKeepTheOrderOfTheRequests) {
  start();
  RawClient client = connect();
  client.send(get("/later?id=1") + get("/later?id=2") + get("/hello") + get("/later?id=3"));
  for (const char* id : {"3", "2", "1"}) answer(id);
  for (const char* body : {"1", "2", "hello", "3"}) EXPECT_EQ(client.response().body, body);
}

TEST_F(HttpPipelineTest, MoreRequestsThanMayBeUnderWayWait) {
  start();
  RawClient client = connect();
  std::string requests = get("/later?id=first");
  for (int i = 0; i < 200; ++i) requests += get("/hello");
  client.send(requests);
  wait_for_request("first");
  answer("first");
  EXPECT_EQ(client.response().body, "first");
  for (int i = 0; i < 200; ++i) ASSERT_EQ(client.response().body, "hello") << i;
  EXPECT_EQ(server->stats().requests, 201U);
}

TEST_F(HttpPipelineTest, NothingIsAnsweredAfterConnectionClose) {
  start();
  RawClient client = connect();
  client.send(get("/later?id=1", "Connection: close\r\n") + get("/hello"));
  answer("1");
  EXPECT_EQ(client.response().body, "1");
  EXPECT_TRUE(client.closed());
  EXPECT_EQ(server->stats().requests, 1U);
}

TEST_F(HttpPipelineTest, ARefusalComesAfterTheAnswersBeforeIt) {
  start();
  RawClient client = connect();
  client.send(get("/later?id=1") + "BAD\r\n\r\n" + get("/hello"));
  answer("1");
  EXPECT_EQ(client.response().body, "1");
  EXPECT_EQ(client.response().status, 400);
  EXPECT_TRUE(client.closed());
}

TEST_F(HttpPipelineTest, RequestsMayComeByteByByte) {
  start();
  RawClient client = connect();
  const std::string requests =
      get("/hello") + "POST /body HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\nabc" + get("/hello");
  for (const char byte : requests) client.send({&byte, 1});
  for (const char* body : {"hello", "abc", "hello"}) EXPECT_EQ(client.response().body, body);
}

TEST_F(HttpPipelineTest, DrainAnswersWhatRunsAndEndsTheConnection) {
  start();
  RawClient client = connect();
  client.send(get("/later?id=1"));
  wait_for_request("1");
  server->stop_accepting();
  answer("1");
  const RawResponse response = client.response();
  EXPECT_EQ(response.body, "1");
  EXPECT_NE(response.head.find("Connection: close\r\n"), std::string::npos);
  EXPECT_TRUE(client.closed());
}

TEST_F(HttpPipelineTest, DrainTakesNoNewConnections) {
  start();
  RawClient client = connect();
  client.send(get("/hello"));
  EXPECT_EQ(client.response().status, 200);
  server->stop_accepting();
  EXPECT_TRUE(client.closed());
  // The acceptor was closed before that connection was: one thread runs both, in order.
  EXPECT_THROW(connect(), std::runtime_error);
}

TEST_F(HttpPipelineTest, StopEndsWithRequestsUnderWay) {
  start();
  RawClient client = connect();
  client.send(get("/later?id=1"));
  wait_for_request("1");
  server->stop();
}

}  // namespace
}  // namespace im
