#include <atomic>
#include <future>
#include <thread>

#include "tests/unit/http/http_fixture.hpp"

namespace im {
namespace {

/// Keeps what it gets; answers from another thread.
struct SlowSink final : HttpSink {
  void write(std::string piece, Done done) override {
    largest = std::max(largest, piece.size());
    size += piece.size();
    later(std::move(done));
  }
  void finish(Done done) override {
    finished = true;
    later(std::move(done));
  }
  void later(Done done) {
    if (thread.joinable()) thread.join();
    thread = std::thread([done = std::move(done), fails = fails] {
      done(fails ? Status(Error{Error::Code::kUnavailable, "disk full"}) : Status(Ok{}));
    });
  }
  ~SlowSink() override {
    if (thread.joinable()) thread.join();
  }
  std::thread thread;
  std::size_t size = 0, largest = 0;
  bool finished = false, fails = false;
};

/// `count` pieces of 1,000 bytes; says how many were asked for.
struct Pieces final : HttpSource {
  Pieces(int count, bool sized, std::atomic<int>* counter = nullptr) : left(count), asked(counter) {
    if (sized) total = static_cast<std::uint64_t>(count) * 1000;
  }
  std::optional<std::uint64_t> size() const override { return total; }
  void next(Give give) override {
    if (asked != nullptr) ++*asked;
    if (breaks) return give(Error{Error::Code::kInternal, "broken"});
    give(std::string(left-- > 0 ? 1000 : 0, 'x'));
  }
  int left;
  bool breaks = false;
  std::optional<std::uint64_t> total;
  std::atomic<int>* asked;
};

class HttpBodiesTest : public HttpServerTest {
 protected:
  void serve_source(std::function<std::shared_ptr<HttpSource>()> make) {
    server = std::make_unique<HttpServer>(config);
    server->route("GET", "/s", [make](const HttpRequest&, const HttpReply& reply) {
      HttpResponse response = text("");
      response.source = make();
      reply(std::move(response));
    });
    server->route("GET", "/hello", [](const HttpRequest&, const HttpReply& reply) { reply(text("hello")); });
    server->start();
  }
  void serve_sink(bool fails) {
    config.body_limit = 10;
    HttpRoute route;
    route.method = "PUT";
    route.pattern = "/up";
    route.body_limit = 10000000;
    route.sink = [fails](const HttpRequest&, std::optional<std::uint64_t>) -> Result<std::shared_ptr<HttpSink>> {
      auto sink = std::make_shared<SlowSink>();
      sink->fails = fails;
      return std::shared_ptr<HttpSink>(std::move(sink));
    };
    route.handler = [](const HttpRequest& request, const HttpReply& reply) {
      const auto& sink = dynamic_cast<const SlowSink&>(*request.sink);
      reply(text(std::to_string(sink.size) + (sink.finished ? " finished " : " ") +
                 std::to_string(request.body.size()) + (sink.largest <= 128 * 1024 ? " small" : " large")));
    };
    server = std::make_unique<HttpServer>(config);
    server->route(std::move(route));
    server->start();
  }
};

TEST_F(HttpBodiesTest, ASinkTakesTheBodyInPieces) {
  serve_sink(false);
  RawClient client = connect();
  for (int i = 0; i < 2; ++i) {
    client.send("PUT /up HTTP/1.1\r\nHost: a\r\nContent-Length: 1000000\r\n\r\n" + std::string(1000000, 'x'));
    EXPECT_EQ(client.response().body, "1000000 finished 0 small");
  }
  client.send("PUT /up HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n");
  EXPECT_EQ(client.response().body, "3 finished 0 small");
  client.send("PUT /up HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\n");
  EXPECT_EQ(client.response().body, "0 finished 0 small");
}

/// What a sink does when it has all of it is most of what an upload takes: a picture is made, an S3 store is asked.
TEST_F(HttpBodiesTest, TheEndOfASinkIsPartOfTheTimeOfItsAnswer) {
  struct EndsLater final : HttpSink {
    void write(std::string, Done done) override { done(Ok{}); }
    void finish(Done done) override { ended.set_value({monotonic_now(), std::move(done)}); }
    std::promise<std::pair<TimePoint, Done>> ended;
  };
  const auto sink = std::make_shared<EndsLater>();
  server = std::make_unique<HttpServer>(config);
  HttpRoute route;
  route.method = "PUT";
  route.pattern = "/up";
  route.sink = [sink](const HttpRequest&, std::optional<std::uint64_t>) -> Result<std::shared_ptr<HttpSink>> {
    return std::shared_ptr<HttpSink>(sink);
  };
  route.handler = [](const HttpRequest&, const HttpReply& reply) { reply(text("done")); };
  server->route(std::move(route));
  server->route("GET", "/hello", [](const HttpRequest&, const HttpReply& reply) { reply(text("hello")); });
  server->start();
  RawClient client = connect(), other = connect();
  client.send("PUT /up HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\n\r\nbody");
  auto [asked, done] = sink->ended.get_future().get();
  for (int i = 0; i < 100; ++i) {  // so that there is something to be measured
    other.send("GET /hello HTTP/1.1\r\nHost: a\r\n\r\n");
    ASSERT_EQ(other.response().body, "hello");
  }
  const double held_s = std::chrono::duration<double>(monotonic_now() - asked).count();
  done(Ok{});
  ASSERT_EQ(client.response().body, "done");
  double took_s = 0;
  server->each_route([&](const HttpRoute& each) {
    if (each.pattern == "/up") took_s += each.stats->seconds.view().sum_s;
  });
  EXPECT_GE(took_s, held_s - 1e-6) << "it is counted in microseconds";
}

TEST_F(HttpBodiesTest, ASinkThatFailsEndsTheRequest) {
  serve_sink(true);
  expect_refused("PUT /up HTTP/1.1\r\nHost: a\r\nContent-Length: 100000\r\n\r\n" + std::string(1000, 'x'), 503,
                 "disk full");
}

TEST_F(HttpBodiesTest, ASinkThatCannotBeMadeNowIsSaidSo) {
  Error why{Error::Code::kUnavailable, "no room for a file"};
  HttpRoute route;
  route.method = "PUT";
  route.pattern = "/up";
  route.sink = [&why](const HttpRequest&, std::optional<std::uint64_t>) -> Result<std::shared_ptr<HttpSink>> {
    return why;
  };
  route.handler = [](const HttpRequest&, const HttpReply& reply) { reply(text("never")); };
  server = std::make_unique<HttpServer>(config);
  server->route(std::move(route));
  server->start();
  const std::string put = "PUT /up HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\n\r\nbody";
  expect_refused(put, 503, "no room for a file");
  why = {Error::Code::kInternal, "a fault"};
  expect_refused(put, 500, "a fault");
}

TEST_F(HttpBodiesTest, ASlowBodyIsStillCutOff) {
  config.body_timeout_ms = 30;
  serve_sink(false);
  expect_refused("PUT /up HTTP/1.1\r\nHost: a\r\nContent-Length: 100000\r\n\r\nx", 408, "request body too slow");
}

TEST_F(HttpBodiesTest, ASourceOfKnownSizeHasALength) {
  serve_source([] { return std::make_shared<Pieces>(3, true); });
  RawClient client = connect();
  client.send(get("/s") + get("/hello"));
  EXPECT_EQ(client.response().body, std::string(3000, 'x'));
  EXPECT_EQ(client.response().body, "hello");
  client.send("HEAD /s HTTP/1.1\r\nHost: a\r\n\r\n" + get("/hello"));
  EXPECT_NE(client.response(true).head.find("Content-Length: 3000\r\n"), std::string::npos);
  EXPECT_EQ(client.response().body, "hello");
}

TEST_F(HttpBodiesTest, AnotherSourceIsChunked) {
  serve_source([] { return std::make_shared<Pieces>(2, false); });
  RawClient client = connect();
  client.send(get("/s", "Connection: close\r\n"));
  const RawResponse head = client.response();
  EXPECT_NE(head.head.find("Transfer-Encoding: chunked\r\n"), std::string::npos) << head.head;
  const std::string chunk = "3e8\r\n" + std::string(1000, 'x') + "\r\n";
  EXPECT_EQ(client.rest(), chunk + chunk + "0\r\n\r\n");
}

TEST_F(HttpBodiesTest, ToHttp10ItEndsWithTheConnection) {
  serve_source([] { return std::make_shared<Pieces>(2, false); });
  RawClient client = connect();
  client.send("GET /s HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");
  EXPECT_NE(client.response().head.find("Connection: close\r\n"), std::string::npos);
  EXPECT_EQ(client.rest(), std::string(2000, 'x'));
}

TEST_F(HttpBodiesTest, WhoDoesNotReadIsNotAskedFor) {
  std::atomic<int> asked{0};
  config.write_timeout_ms = 300;
  serve_source([&asked] { return std::make_shared<Pieces>(1000000, true, &asked); });
  RawClient deaf = connect();
  deaf.send(get("/s"));
  // The deadline runs on the server's thread and real clock.
  for (int i = 0; i < 1000 && server->stats().timeouts == 0; ++i)
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  EXPECT_EQ(server->stats().timeouts, 1U);
  EXPECT_LT(asked, 100000);
}

TEST_F(HttpBodiesTest, ASourceThatBreaksCutsTheAnswerOff) {
  for (const bool breaks : {true, false}) {
    serve_source([breaks] {
      auto source = std::make_shared<Pieces>(1, true);
      source->breaks = breaks;
      source->total = 3000;  // or gives less than it promised
      return source;
    });
    RawClient client = connect();
    client.send(get("/s") + get("/hello"));
    EXPECT_LT(client.response().body.size(), 3000U);
    client.closed();
    EXPECT_EQ(client.rest(), "");
  }
}

}  // namespace
}  // namespace im
