#include "tests/unit/http/http_fixture.hpp"

namespace im {
namespace {

using HttpAnswersTest = HttpServerTest;

TEST_F(HttpAnswersTest, AnswersOverOneConnection) {
  start();
  RawClient client = connect();
  for (int i = 0; i < 3; ++i) {
    client.send(get("/hello"));
    const RawResponse response = client.response();
    EXPECT_EQ(response.head, "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 5\r\n");
    EXPECT_EQ(response.body, "hello");
  }
  EXPECT_EQ(server->stats().requests, 3U);
}

TEST_F(HttpAnswersTest, ConnectionCloseIsObeyed) {
  start();
  RawClient client = connect();
  client.send(get("/hello", "Connection: close\r\n"));
  EXPECT_NE(client.response().head.find("Connection: close\r\n"), std::string::npos);
  EXPECT_TRUE(client.closed());
}

TEST_F(HttpAnswersTest, Http10ClosesUnlessAskedNotTo) {
  start();
  RawClient once = connect();
  once.send("GET /hello HTTP/1.0\r\n\r\n");
  EXPECT_EQ(once.response().status, 200);
  EXPECT_TRUE(once.closed());
  RawClient twice = connect();
  twice.send("GET /hello HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");
  const RawResponse kept = twice.response();
  EXPECT_EQ(kept.status, 200);
  EXPECT_NE(kept.head.find("Connection: keep-alive\r\n"), std::string::npos) << kept.head;
  twice.send("GET /hello HTTP/1.0\r\n\r\n");
  EXPECT_EQ(twice.response().status, 200);
  EXPECT_TRUE(twice.closed());
}

TEST_F(HttpAnswersTest, HeadIsGetWithoutTheBody) {
  start();
  RawClient client = connect();
  client.send("HEAD /hello HTTP/1.1\r\nHost: a\r\n\r\n" + get("/hello"));
  const RawResponse head = client.response(true);
  EXPECT_EQ(head.status, 200);
  EXPECT_NE(head.head.find("Content-Length: 5\r\n"), std::string::npos);
  EXPECT_EQ(client.response().body, "hello");
}

TEST_F(HttpAnswersTest, AnUnknownPathOrMethodIsNotFound) {
  start();
  RawClient client = connect();
  for (const std::string& request : {get("/nothing"), get("/body"), get("/Hello"), get("/hello/"),
                                     std::string("DELETE /hello HTTP/1.1\r\nHost: a\r\n\r\n")}) {
    client.send(request);
    const RawResponse response = client.response();
    EXPECT_EQ(response.status, 404) << request;
    EXPECT_EQ(response.body, "404 page not found");
    EXPECT_NE(response.head.find("Content-Type: text/plain\r\n"), std::string::npos);
  }
}

TEST_F(HttpAnswersTest, AHandlerThatDoesNotAnswerHasFailed) {
  start();
  RawClient client = connect();
  client.send(get("/drop") + get("/throw") + get("/hello"));
  EXPECT_EQ(client.response().status, 500);
  EXPECT_EQ(client.response().status, 500);
  EXPECT_EQ(client.response().status, 200);
}

TEST_F(HttpAnswersTest, OnlyTheFirstAnswerCounts) {
  start();
  HttpServer other({});
  other.route("GET", "/", [](const HttpRequest&, const HttpReply& reply) {
    reply(text("first"));
    reply(text("second"));
  });
  other.start();
  RawClient client(other.port());
  client.send(get("/", "Connection: close\r\n"));
  EXPECT_EQ(client.response().body, "first");
  EXPECT_TRUE(client.closed());
}

TEST_F(HttpAnswersTest, HandlersSeeTheDecodedRequest) {
  HttpServer other({});
  HttpRequest seen;
  other.route("POST", "/{name}/c", [&seen](HttpRequest request, const HttpReply& reply) {
    seen = std::move(request);
    reply({});
  });
  other.start();
  RawClient client(other.port());
  client.send("POST /a%20b/c?k=1+2&l=%26&k= HTTP/1.1\r\nHOST: a\r\nX-Y: Z\r\nContent-Length: 2\r\n\r\nhi");
  EXPECT_EQ(client.response().status, 200);
  EXPECT_EQ(seen.method, "POST");
  EXPECT_EQ(seen.path, "/a%20b/c");
  EXPECT_EQ(seen.capture("name"), "a b");
  EXPECT_EQ(seen.capture("other"), "");
  EXPECT_EQ(seen.parameters("k"), (std::vector<std::string>{"1 2", ""}));
  ASSERT_NE(seen.parameter("l"), nullptr);
  EXPECT_EQ(*seen.parameter("l"), "&");
  EXPECT_EQ(seen.parameter("m"), nullptr);
  EXPECT_EQ(seen.header("x-y"), "Z");
  EXPECT_EQ(seen.header("host"), "a");
  EXPECT_EQ(seen.header("none"), "");
  EXPECT_EQ(seen.body, "hi");
  EXPECT_EQ(seen.peer_ip, "127.0.0.1");
}

TEST_F(HttpAnswersTest, AnEndOfThePeerStillGetsItsAnswers) {
  start();
  RawClient client = connect();
  client.send(get("/hello") + get("/later?id=1"));
  client.end();
  answer("1");
  EXPECT_EQ(client.response().body, "hello");
  EXPECT_EQ(client.response().body, "1");
  EXPECT_TRUE(client.closed());
}

}  // namespace
}  // namespace im
