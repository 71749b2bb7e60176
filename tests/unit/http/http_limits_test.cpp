#include "tests/unit/http/http_fixture.hpp"

namespace im {
namespace {

using HttpLimitsTest = HttpServerTest;

constexpr int kSoon = 30;
constexpr int kNever = 60000;

TEST_F(HttpLimitsTest, AHeadOver8KiBIsRefused) {
  start();
  const std::string long_header = "X: " + std::string(8192, 'x') + "\r\n";
  expect_refused(get("/hello", long_header), 431, "request head over 8 KiB");
  expect_refused("GET /" + std::string(20000, 'x'), 431, "request head over 8 KiB");
}

TEST_F(HttpLimitsTest, TooManyHeadersAreRefused) {
  start();
  std::string headers;
  for (int i = 0; i < 64; ++i) headers += "X: 1\r\n";
  expect_refused(get("/hello", headers), 431, "too many headers");
}

TEST_F(HttpLimitsTest, ASlowHeadEndsTheConnection) {
  config.header_timeout_ms = kSoon;
  config.idle_timeout_ms = kNever;
  start();
  expect_refused("GET /hello HTTP/1.1\r\nHost: ", 408, "request head too slow");
  EXPECT_EQ(server->stats().timeouts, 1U);
}

TEST_F(HttpLimitsTest, TheDeadlineOfAHeadDoesNotMoveWithItsBytes) {
  config.header_timeout_ms = 2 * kSoon;
  config.idle_timeout_ms = kNever;
  start();
  RawClient client = connect();
  // Each byte comes well before the deadline; the server has to end the connection all the same.
  client.send("GET /");
  const auto begin = std::chrono::steady_clock::now();
  bool open = true;
  while (open && std::chrono::steady_clock::now() - begin < std::chrono::seconds(10)) {
    open = client.send("x") && server->stats().timeouts == 0;
  }
  EXPECT_FALSE(open);
}

TEST_F(HttpLimitsTest, ASlowBodyEndsTheConnection) {
  config.body_timeout_ms = kSoon;
  config.idle_timeout_ms = kNever;
  start();
  expect_refused("POST /body HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nab", 408, "request body too slow");
}

TEST_F(HttpLimitsTest, AnIdleConnectionEndsWithoutAnAnswer) {
  config.idle_timeout_ms = kSoon;
  start();
  RawClient fresh = connect();
  EXPECT_TRUE(fresh.closed());
  RawClient used = connect();
  used.send(get("/hello"));
  EXPECT_EQ(used.response().status, 200);
  EXPECT_TRUE(used.closed());
}

TEST_F(HttpLimitsTest, ASlowHandlerIsNotAnIdleConnection) {
  config.idle_timeout_ms = kSoon;
  start();
  RawClient slow = connect();
  slow.send(get("/later?id=1"));
  wait_for_request("1");
  RawClient idle = connect();
  EXPECT_TRUE(idle.closed());  // its idle time began later
  answer("1");
  EXPECT_EQ(slow.response().body, "1");
}

TEST_F(HttpLimitsTest, OneConnectionMoreThanAllowedIsClosed) {
  config.max_connections = 1;
  start();
  RawClient first = connect();
  first.send(get("/later?id=1"));
  wait_for_request("1");
  RawClient second = connect();
  EXPECT_TRUE(second.closed());
  EXPECT_EQ(server->stats().refused_connections, 1U);
  answer("1");
  EXPECT_EQ(first.response().status, 200);
  first.send(get("/hello"));
  EXPECT_EQ(first.response().status, 200);
}

TEST_F(HttpLimitsTest, WhoWasIdleLongestGivesWay) {
  config.max_connections = 3;
  config.idle_timeout_ms = kNever;
  start();
  RawClient busy = connect(), idle = connect(), fresh = connect();
  busy.send(get("/later?id=1"));
  wait_for_request("1");
  for (RawClient* client : {&idle, &fresh}) {
    client->send(get("/hello"));
    EXPECT_EQ(client->response().status, 200);
  }
  RawClient more = connect();
  more.send(get("/hello"));
  EXPECT_EQ(more.response().status, 200);
  EXPECT_TRUE(idle.closed());
  answer("1");
  for (RawClient* client : {&busy, &fresh, &more}) {
    client->send(get("/hello"));
    EXPECT_EQ(client->response().status, 200);
  }
  EXPECT_EQ(server->stats().gave_way, 1U);
}

TEST_F(HttpLimitsTest, OneAddressHasSoManyConnections) {
  config.max_per_ip = 2;
  start();
  auto first = std::make_unique<RawClient>(server->port());
  RawClient second = connect();
  for (RawClient* client : {first.get(), &second}) {
    client->send(get("/hello"));
    EXPECT_EQ(client->response().status, 200);
  }
  RawClient third = connect();
  EXPECT_TRUE(third.closed());
  EXPECT_EQ(server->stats().refused_connections, 1U);
  first->end();
  EXPECT_TRUE(first->closed());
  int status = 0;
  for (int i = 0; i < 1000 && status != 200; ++i) {  // the server sees the end a moment later
    RawClient again = connect();
    again.send(get("/hello"));
    status = again.response().status;
  }
  EXPECT_EQ(status, 200);
}

TEST_F(HttpLimitsTest, WhoDoesNotReadItsAnswersIsCutOff) {
  config.write_timeout_ms = kSoon;
  config.idle_timeout_ms = kNever;
  config.body_limit = 1 << 20;
  start();
  RawClient deaf = connect();
  const std::string body(1 << 20, 'x');
  const std::string request =
      "POST /body HTTP/1.1\r\nHost: a\r\nContent-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body;
  bool open = true;
  for (int i = 0; i < 200 && open; ++i) open = deaf.send(request);
  EXPECT_FALSE(open);
  EXPECT_GE(server->stats().timeouts, 1U);
}

TEST_F(HttpLimitsTest, ADrainEndsIdleConnectionsAtOnce) {
  config.idle_timeout_ms = kNever;
  config.header_timeout_ms = kNever;
  start();
  RawClient fresh = connect(), used = connect(), busy = connect(), half = connect();
  used.send(get("/hello"));
  EXPECT_EQ(used.response().status, 200);
  half.send("GET /hello HTTP/1.1\r\n");
  busy.send(get("/later?id=1"));
  wait_for_request("1");
  server->stop_accepting();
  EXPECT_TRUE(fresh.closed());
  EXPECT_TRUE(used.closed());
  half.send("Host: a\r\n\r\n");  // it has begun to ask: it is answered
  const RawResponse last = half.response();
  EXPECT_EQ(last.status, 200);
  EXPECT_NE(last.head.find("Connection: close\r\n"), std::string::npos);
  EXPECT_TRUE(half.closed());
  answer("1");
  EXPECT_EQ(busy.response().body, "1");
  EXPECT_TRUE(busy.closed());
}

TEST_F(HttpLimitsTest, OtherNetworksAreForbidden) {
  config.allow_from = {"10.0.0.0/8"};
  start();
  expect_refused(get("/hello"), 403, "this network is not allowed (allow_from)");
  EXPECT_EQ(server->stats().refused_network, 1U);
  EXPECT_EQ(server->stats().requests, 0U);
}

TEST_F(HttpLimitsTest, TheOwnNetworkIsAllowed) {
  config.allow_from = {"127.0.0.0/8", "::1"};
  start();
  RawClient client = connect();
  client.send(get("/hello"));
  EXPECT_EQ(client.response().status, 200);
}

TEST_F(HttpLimitsTest, AnEmptyListLetsNobodyInUntilItIsSetAnew) {
  config.allow_from = {};
  start();
  expect_refused(get("/hello"), 403, "this network is not allowed (allow_from)");
  server->allow_from({"127.0.0.1"});
  RawClient client = connect();
  client.send(get("/hello"));
  EXPECT_EQ(client.response().status, 200);
}

TEST_F(HttpLimitsTest, PagesNamesAndNumbersCanBeSetAnew) {
  config.browsers = {true, {}, {"a"}};
  config.max_connections = 10;
  start();
  const std::string from_page = get("/hello", "Origin: https://console.example.com\r\n");
  RawClient refused = connect();
  refused.send(from_page);
  EXPECT_EQ(refused.response().status, 403);
  server->browsers({true, {"https://console.example.com"}, {"a"}});
  RawClient client = connect();
  client.send(from_page);
  EXPECT_EQ(client.response().status, 200);
  server->most_connections(10, 1);
  EXPECT_TRUE(connect().closed()) << "the address has one already";
}

TEST_F(HttpLimitsTest, ABadNetworkIsAnErrorAtTheStart) {
  config.allow_from = {"10.0.0.0/99"};
  EXPECT_THROW(HttpServer{config}, std::invalid_argument);
}

TEST_F(HttpLimitsTest, ATakenPortNamesTheHolder) {
  start();
  config.name = "second";
  config.port = server->port();
  HttpServer second(config);
  try {
    second.start();
    FAIL() << "the port was free";
  } catch (const std::runtime_error& error) {
    const std::string port = std::to_string(server->port());
    EXPECT_EQ(error.what(), "cannot listen on 127.0.0.1:" + port +
                                " (HTTP, second): Address already in use (held by pid " + std::to_string(::getpid()) +
                                " (http_test)); stop that process or choose another port");
  }
}

}  // namespace
}  // namespace im
