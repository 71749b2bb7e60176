#include <atomic>
#include <deque>

#include "common/http/connection_registry.hpp"
#include "common/http/cors.hpp"
#include "tests/unit/http/http_fixture.hpp"

namespace im {
namespace {

class HttpRoutesTest : public HttpServerTest {
 protected:
  HttpRoute& add(const char* method, const char* pattern) {
    HttpRoute& route = routes.emplace_back();
    route.method = method;
    route.pattern = pattern;
    route.handler = [](const HttpRequest& request, const HttpReply& reply) { reply(text("body=" + request.body)); };
    return route;
  }
  void serve() {
    server = std::make_unique<HttpServer>(config);
    for (HttpRoute& route : routes) server->route(std::move(route));
    server->start();
  }
  static std::string post(const std::string& path, const std::string& body, const std::string& headers = "") {
    return "POST " + path + " HTTP/1.1\r\nHost: a\r\n" + headers + "Content-Length: " + std::to_string(body.size()) +
           "\r\n\r\n" + body;
  }
  RawResponse ask(const std::string& request) {
    RawClient client = connect();
    client.send(request);
    return client.response();
  }
  static bool has(const RawResponse& response, const char* line) {
    return response.head.find(line) != std::string::npos;
  }
  std::deque<HttpRoute> routes;
};

TEST_F(HttpRoutesTest, AGateAnswersBeforeTheBodyIsRead) {
  add("POST", "/p").gate = [](HttpRequest& head) -> std::optional<HttpResponse> {
    if (head.bearer() == "good") {
      head.context = std::string("who");
      return std::nullopt;
    }
    HttpResponse refused = text("no");
    refused.status = 401;
    return refused;
  };
  routes.back().handler = [](const HttpRequest& request, const HttpReply& reply) {
    reply(text(std::any_cast<std::string>(request.context) + request.body));
  };
  serve();
  // Not a byte of the body was sent.
  RawClient client = connect();
  client.send("POST /p HTTP/1.1\r\nHost: a\r\nContent-Length: 1000\r\n\r\n");
  EXPECT_EQ(client.response().status, 401);
  EXPECT_TRUE(client.closed());
  EXPECT_EQ(ask(post("/p", "x", "Authorization: bEARER  good \r\n")).body, "whox");
}

TEST_F(HttpRoutesTest, EachRouteHasItsOwnLimit) {
  config.body_limit = 10;
  add("POST", "/large").body_limit = 100;
  add("POST", "/none").body_limit = 0;
  add("POST", "/port");
  routes.back().refusal = [](const HttpRequest&, int status, const std::string& why) {
    HttpResponse own = text("own: " + why);
    own.status = status;
    return own;
  };
  serve();
  EXPECT_EQ(ask(post("/large", std::string(100, 'x'))).status, 200);
  EXPECT_EQ(ask(post("/large", std::string(101, 'x'))).status, 413);
  EXPECT_EQ(ask(post("/none", "x")).status, 413);
  EXPECT_EQ(ask(post("/none", "")).status, 200);
  EXPECT_EQ(ask(post("/port", std::string(11, 'x'))).body, "own: body over 10 bytes");
}

TEST_F(HttpRoutesTest, AGetKeepsNoBody) {
  add("GET", "/g");
  serve();
  RawClient client = connect();
  client.send("GET /g HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\nabc" + get("/g"));
  EXPECT_EQ(client.response().body, "body=");
  EXPECT_EQ(client.response().body, "body=");
}

TEST_F(HttpRoutesTest, ALongTargetWhereTheRouteTakesOne) {
  add("GET", "/long").target_limit = 1U << 20;
  add("GET", "/short");
  serve();
  const std::string query(500000, 'x');
  EXPECT_EQ(ask(get("/long?q=" + query)).status, 200);
  EXPECT_EQ(ask(get("/long?q=" + std::string(1U << 20, 'x'))).status, 431);
  EXPECT_EQ(ask(get("/long", "X: " + std::string(9000, 'x') + "\r\n")).status, 431);
  EXPECT_EQ(ask(get("/short?q=" + query)).status, 431);
}

TEST_F(HttpRoutesTest, AnotherMethodIsSaidWhereWanted) {
  add("GET", "/a").method_not_allowed = true;
  add("PUT", "/a");
  serve();
  const RawResponse response = ask(post("/a", ""));
  EXPECT_EQ(response.status, 405);
  EXPECT_TRUE(has(response, "Allow: GET, HEAD, PUT\r\n")) << response.head;
}

TEST_F(HttpRoutesTest, PagesOfListedOriginsMayRead) {
  auto cors = std::make_shared<HttpCors>();
  cors->origins = {"https://a.example"};
  cors->request_headers = {"Authorization"};
  add("GET", "/a").cors = cors;
  serve();
  const RawResponse good = ask(get("/a", "Origin: https://a.example\r\n"));
  EXPECT_TRUE(has(good, "Access-Control-Allow-Origin: https://a.example\r\n")) << good.head;
  const RawResponse other = ask(get("/a", "Origin: https://b.example\r\n"));
  EXPECT_EQ(other.status, 200);
  EXPECT_FALSE(has(other, "Access-Control-Allow-Origin")) << other.head;
  EXPECT_TRUE(has(other, "Vary: Origin\r\n")) << other.head;
  const RawResponse before =
      ask("OPTIONS /a HTTP/1.1\r\nHost: a\r\nOrigin: https://a.example\r\n"
          "Access-Control-Request-Method: GET\r\n\r\n");
  EXPECT_EQ(before.status, 204);
  EXPECT_TRUE(has(before, "Access-Control-Allow-Methods: GET, HEAD\r\n")) << before.head;
  EXPECT_TRUE(has(before, "Access-Control-Allow-Headers: Authorization\r\n")) << before.head;
}

TEST_F(HttpRoutesTest, OriginsAreTakenAnewByAServerThatRuns) {
  auto cors = std::make_shared<HttpCors>();
  add("POST", "/a").cors = cors;
  serve();
  const auto preflight = [this](const std::string& origin) {
    return ask("OPTIONS /a HTTP/1.1\r\nHost: a\r\nOrigin: " + origin +
               "\r\nAccess-Control-Request-Method: POST\r\n\r\n");
  };
  EXPECT_EQ(preflight("https://a.example").status, 404) << "none is listed: as if there were no other sites";
  http::set_origins(*cors, {"https://a.example"});
  EXPECT_TRUE(has(preflight("https://a.example"), "Access-Control-Allow-Origin: https://a.example\r\n"));
  http::set_origins(*cors, {"https://b.example"});
  EXPECT_FALSE(has(preflight("https://a.example"), "Access-Control-Allow-Origin"));
  http::set_origins(*cors, {});
  EXPECT_EQ(preflight("https://b.example").status, 404);
}

TEST_F(HttpRoutesTest, AClosedPortRefusesPagesAndForeignNames) {
  config.browsers.closed = true;
  add("POST", "/p");
  serve();
  const auto asked = [&](const std::string& host, const std::string& headers) {
    return ask("POST /p HTTP/1.1\r\nHost: " + host + "\r\n" + headers + "Content-Length: 0\r\n\r\n").status;
  };
  EXPECT_EQ(asked("localhost", ""), 200);
  EXPECT_EQ(asked("evil.example", ""), 421);
  EXPECT_EQ(asked("localhost", "Origin: https://evil.example\r\n"), 403);
  EXPECT_EQ(asked("localhost", "Sec-Fetch-Site: cross-site\r\n"), 403);
  EXPECT_EQ(ask("POST http://evil.example/p HTTP/1.1\r\nHost: localhost\r\nContent-Length: 0\r\n\r\n").status, 421);
  EXPECT_EQ(server->stats().refused_browser, 4U);
}

TEST_F(HttpRoutesTest, OrdinaryClientsAreTaken) {
  add("POST", "/p");
  serve();
  const std::string body = "Content-Length: 1\r\n\r\nx";
  EXPECT_EQ(ask("POST /p HTTP/1.1\r\nHost: a\r\nConnection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\n"
                "HTTP2-Settings: AAMAAABkAAQAoAAAAAIAAAAA\r\n" +
                body)
                .body,
            "body=x");
  EXPECT_EQ(ask("POST http://a/p?x HTTP/1.1\r\nHost: a\r\n" + body).body, "body=x");
  EXPECT_EQ(ask("\r\n\r\nPOST /p HTTP/1.1\r\nHost:\r\n" + body).body, "body=x");
  RawClient client = connect();
  client.send(post("/p", "y") + "\r\n" + post("/p", "z"));
  EXPECT_EQ(client.response().body, "body=y");
  EXPECT_EQ(client.response().body, "body=z");
}

TEST_F(HttpRoutesTest, AnIpv6PortTakesIpv4Too) {
  config.bind = "::";
  add("GET", "/who").handler = [](const HttpRequest& request, const HttpReply& reply) { reply(text(request.peer_ip)); };
  serve();
  EXPECT_EQ(ask(get("/who")).body, "127.0.0.1");
}

TEST(ClientOfTest, AnIpv6ClientIsItsNetwork) {
  EXPECT_EQ(http::client_of("10.0.0.1"), "10.0.0.1");
  EXPECT_EQ(http::client_of("2001:db8:1:2:3::4"), http::client_of("2001:db8:1:2:ffff::1"));
  EXPECT_NE(http::client_of("2001:db8:1:2::1"), http::client_of("2001:db8:1:3::1"));
  EXPECT_EQ(http::client_of("fe80::1%eth0"), http::client_of("fe80::2%eth1"));
}

}  // namespace
}  // namespace im
