#include "tests/unit/http/http_fixture.hpp"

namespace im {
namespace {

class HttpBodyTest : public HttpServerTest {
 protected:
  static std::string chunked(const std::string& chunks) {
    return "POST /body HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n" + chunks;
  }
};

TEST_F(HttpBodyTest, ReadsChunks) {
  start();
  RawClient client = connect();
  client.send(chunked("3\r\nabc\r\nA;ext=\"v\"\r\n0123456789\r\n0\r\n\r\n") + chunked("0\r\n\r\n") + get("/hello"));
  EXPECT_EQ(client.response().body, "abc0123456789");
  EXPECT_EQ(client.response().body, "");
  EXPECT_EQ(client.response().body, "hello");
}

TEST_F(HttpBodyTest, ReadsChunksInAnyPieces) {
  start();
  const std::string request = chunked("3\r\nabc\r\n2;e\r\nde\r\n0\r\nX: 1\r\n\r\n");
  for (std::size_t cut = 1; cut < request.size(); ++cut) {
    RawClient client = connect();
    client.send(request.substr(0, cut));
    for (const char byte : request.substr(cut)) client.send({&byte, 1});
    EXPECT_EQ(client.response().body, "abcde") << cut;
  }
}

TEST_F(HttpBodyTest, AnEmptyBodyMayComeByteByByte) {
  start();
  RawClient client = connect();
  for (const char byte : chunked("0\r\n\r\n")) client.send({&byte, 1});
  EXPECT_EQ(client.response().status, 200);
}

TEST_F(HttpBodyTest, TrailersAreNotHeaders) {
  HttpServer other({});
  HttpRequest seen;
  other.route("POST", "/", [&seen](HttpRequest request, const HttpReply& reply) {
    seen = std::move(request);
    reply({});
  });
  other.start();
  RawClient client(other.port());
  client.send(
      "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nx\r\n0\r\nX-Forwarded-For: "
      "1.2.3.4\r\n\r\n");
  EXPECT_EQ(client.response().status, 200);
  EXPECT_EQ(seen.body, "x");
  EXPECT_EQ(seen.header("x-forwarded-for"), "");
}

TEST_F(HttpBodyTest, BadChunksAreRefused) {
  start();
  for (const char* chunks :
       {"+3\r\nabc\r\n0\r\n\r\n", "-1\r\nabc\r\n0\r\n\r\n", "0x3\r\nabc\r\n0\r\n\r\n", " 3\r\nabc\r\n0\r\n\r\n",
        "3 \r\nabc\r\n0\r\n\r\n", "x\r\nabc\r\n0\r\n\r\n", "\r\nabc\r\n0\r\n\r\n", "3\nabc\r\n0\r\n\r\n",
        "3\r\nabcd\r\n0\r\n\r\n", "3\r\nabc0\r\n\r\n\r\n", "1ffffffffffffffff\r\nabc\r\n0\r\n\r\n"}) {
    RawClient client = connect();
    client.send(chunked(chunks));
    EXPECT_GE(client.response().status, 400) << chunks;
    EXPECT_TRUE(client.closed()) << chunks;
  }
}

TEST_F(HttpBodyTest, ExpectGetsItsContinue) {
  start();
  RawClient client = connect();
  client.send("POST /body HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\nExpect: 100-Continue\r\n\r\n");
  EXPECT_EQ(client.response().status, 100);
  client.send("abc");
  EXPECT_EQ(client.response().body, "abc");
}

TEST_F(HttpBodyTest, ABodyUpToTheLimitIsTaken) {
  config.body_limit = 1000;
  start();
  RawClient client = connect();
  const std::string body(1000, 'x');
  client.send("POST /body HTTP/1.1\r\nHost: a\r\nContent-Length: 1000\r\n\r\n" + body);
  EXPECT_EQ(client.response().body, body);
  client.send(chunked("1f4\r\n" + body.substr(500) + "\r\n1f4\r\n" + body.substr(500) + "\r\n0\r\n\r\n"));
  EXPECT_EQ(client.response().body, body);
}

TEST_F(HttpBodyTest, ALargerBodyIsRefused) {
  config.body_limit = 1000;
  start();
  const std::string limit = "body over 1000 bytes";
  expect_refused("POST /body HTTP/1.1\r\nHost: a\r\nContent-Length: 1001\r\n\r\n", 413, limit);
  expect_refused(chunked("3e9\r\n"), 413, limit);
  expect_refused(chunked("3e8\r\n" + std::string(1000, 'x') + "\r\n1\r\n"), 413, limit);
  EXPECT_EQ(server->stats().refused_limit, 3U);
}

TEST_F(HttpBodyTest, TheRefusalArrivesThoughTheClientSendsOn) {
  config.body_limit = 1000;
  config.linger_timeout_ms = 5000;
  start();
  RawClient client = connect();
  client.send("POST /body HTTP/1.1\r\nHost: a\r\nContent-Length: 4000000\r\n\r\n");
  EXPECT_TRUE(client.send(std::string(4000000, 'x')));
  client.end();
  EXPECT_EQ(client.response().status, 413);
  EXPECT_TRUE(client.closed());
}

TEST_F(HttpBodyTest, AChunkExtensionCannotGrowForEver) {
  start();
  expect_refused(chunked("1;" + std::string(9000, 'x')), 431, "chunk extension or trailer over 8 KiB");
  expect_refused(chunked("0\r\nX: " + std::string(9000, 'x')), 431, "chunk extension or trailer over 8 KiB");
}

}  // namespace
}  // namespace im
