#include "tests/unit/http/http_fixture.hpp"

namespace im {
namespace {

using HttpRefusalsTest = HttpServerTest;

constexpr const char* kSmuggled = "GET /hello HTTP/1.1\r\nHost: a\r\n\r\n";

TEST_F(HttpRefusalsTest, AmbiguousFramingEndsTheConnection) {
  start();
  const std::string post = "POST /body HTTP/1.1\r\nHost: a\r\n";
  const std::string length = "bad Content-Length";
  const std::string encoding = "bad Transfer-Encoding";
  expect_refused(post + "Content-Length: 0\r\nContent-Length: 33\r\n\r\n" + kSmuggled, 400, length);
  expect_refused(post + "Content-Length: 33\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n" + kSmuggled, 400, encoding);
  expect_refused(post + "Transfer-Encoding: chunked\r\nTransfer-Encoding: x\r\n\r\n0\r\n\r\n" + kSmuggled, 400,
                 encoding);
  expect_refused(post + "Transfer-Encoding: chunked\r\n , identity\r\n\r\n0\r\n\r\n" + kSmuggled, 400, "folded header");
  expect_refused(post + "Content-Length : 33\r\n\r\n" + kSmuggled, 400, "bad header name");
  expect_refused("GET /hello HTTP/1.1\r\nHost: a\r\nX: 1\n\r\n\r\n" + std::string(kSmuggled), 400, "bare line feed");
  EXPECT_EQ(server->stats().refused_guard, 6U);
  EXPECT_EQ(server->stats().requests, 0U);
}

/// Whoever reads the answers of a route reads this one, too. Of a head that is no good only the first line counts.
TEST_F(HttpRefusalsTest, AHeadIsRefusedInTheWordsOfItsRoute) {
  HttpRoute route;
  route.method = "PUT";
  route.pattern = "/up/{id}";
  route.handler = [](const HttpRequest&, const HttpReply& reply) { reply(text("never")); };
  route.refusal = [](const HttpRequest& head, int status, const std::string& why) {
    HttpResponse answer = text("its words: " + why + head.path);
    answer.status = status;
    return answer;
  };
  config.header_timeout_ms = 30;
  server = std::make_unique<HttpServer>(config);
  server->route(std::move(route));
  server->start();
  const std::string put = "PUT /up/1 HTTP/1.1\r\nHost: a\r\n",
                    both = "Content-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n";
  expect_refused(put + both, 400, "its words: bad Transfer-Encoding");
  expect_refused(put + "X: " + std::string(9000, 'x'), 431, "its words: request head over 8 KiB");
  expect_refused(put, 408, "its words: request head too slow");
  expect_refused("POST /up/1 HTTP/1.1\r\nHost: a\r\n" + both, 400, "\"code\":-400");
  expect_refused("GET / HTTP/1.1\r\nHost: a\r\nX: " + put + both, 400, "\"code\":-400");
}

/// A client that asked with HEAD reads no body: it would take one for the next answer.
TEST_F(HttpRefusalsTest, ABadHeadOfHeadHasNoBodyInItsAnswer) {
  start();
  for (const char* path : {"/hello", "/nowhere"}) {
    RawClient client(server->port());
    ASSERT_TRUE(client.send("HEAD " + std::string(path) + " HTTP/1.1\r\nHost: a\r\nX : 1\r\n\r\n"));
    EXPECT_EQ(client.response(true).status, 400) << path;
    EXPECT_EQ(client.rest(), "") << path;
  }
}

TEST_F(HttpRefusalsTest, TwoHostsEndTheConnection) {
  start();
  expect_refused(get("/hello", "Host: b\r\n"), 400, "missing or repeated Host");
  expect_refused("GET /hello HTTP/1.1\r\n\r\n", 400, "missing or repeated Host");
}

TEST_F(HttpRefusalsTest, AnUpgradeOverHttp10EndsTheConnection) {
  start();
  expect_refused("GET /hello HTTP/1.0\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n", 400,
                 "bad version");
}

TEST_F(HttpRefusalsTest, ABadEscapeEndsTheConnection) {
  start();
  expect_refused(get("/%zz"), 400, "bad percent escape in the request target");
  expect_refused(get("/hello?a=%"), 400, "bad percent escape in the request target");
}

TEST_F(HttpRefusalsTest, OtherProtocolsEndTheConnection) {
  start();
  expect_refused(std::string("\x16\x03\x01\x02\x00\x01\r\n\r\n", 10), 400, "control character");
  expect_refused("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 400, "bad version");
}

}  // namespace
}  // namespace im
