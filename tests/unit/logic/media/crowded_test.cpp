// One user has too much waiting, or all together have: what they hear (docs/media.md), and who is not concerned.

#include <latch>
#include <vector>

#include "common/http/http_server.hpp"
#include "logic/media/media_http.hpp"
#include "tests/unit/logic/media/uploads_fixture.hpp"

namespace im::logic::media {
namespace {

/// The only thread is held until the end, and a user's share is one task.
class Crowded : public Uploads {
 protected:
  void SetUp() override {
    ASSERT_TRUE(bytes_.post("somebody", [this] { begun_.count_down(), go_.wait(); }).ok());
    begun_.wait();
  }
  void TearDown() override { release(); }
  void release() {
    if (!go_.try_wait()) go_.count_down();
    bytes_.stop();
  }
  std::shared_ptr<UploadSink> sink(const ContentRange& range) {
    return std::make_shared<UploadSink>(uploads_, pools_, PutAsk{to_, range});
  }
  /// The first user has their share.
  void fill() {
    ASSERT_TRUE(bytes_.post(sender_of(Uid(1)), [] {}).ok());
  }
  static int code_of(const UploadSink& sink) { return sink.outcome() ? code(*sink.outcome()) : -1; }

  std::latch begun_{1}, go_{1};
  TurnQueue bytes_{{.what = "requests", .threads = 1, .waiting = 2, .share = 1, .at_once = 1}};
  TurnQueue files_{{}}, pictures_queue_{{}};
  const UploadPools pools_{bytes_, files_, pictures_queue_};
  const UploadTicket to_ = ticket(begin(1, "hello").value());
};

TEST_F(Crowded, BytesOverTheShareOfAUserAreToldSo) {
  fill();
  bool is_told = false;
  const auto told = [&](const Status& status) { is_told = !status.ok(); };
  const auto first = sink({0, 5, 5});
  first->write("hello", told);
  EXPECT_TRUE(is_told);
  ASSERT_EQ(code_of(*first), 4429);
  EXPECT_GT(first->outcome()->failure().retry_in.count(), 0);
  const auto second = sink({0, 0, 5});
  second->finish(told);
  EXPECT_EQ(code_of(*second), 4429);
  EXPECT_EQ(uploads_.stats().refused_quota, 2U);
  EXPECT_EQ(uploads_.stats().failed, 0U);
  EXPECT_EQ(bytes_.stats().over_share, 2U);
}

TEST_F(Crowded, BytesThatFindAFullQueueComeLater) {
  for (const char* other : {"x", "y"}) ASSERT_TRUE(bytes_.post(other, [] {}).ok());
  const auto first = sink({0, 5, 5});
  first->write("hello", [](const Status& status) { EXPECT_FALSE(status.ok()); });
  EXPECT_EQ(code_of(*first), 4503);
  EXPECT_EQ(uploads_.stats().failed, 1U);
  EXPECT_EQ(bytes_.stats().full, 1U);
}

TEST_F(Crowded, EachRouteRefusesInTheWordsOfMedia) {
  DownloadService downloads{small_config(), *chat_.store, blobs_, signer_};
  MediaHttp http({uploads_, downloads, signer_, pools_}, 1000);
  HttpServer server({});
  http.add_routes(server);
  int routes = 0;
  server.each_route([&](const HttpRoute& route) {
    ++routes;
    ASSERT_TRUE(route.refusal) << route.method << " " << route.pattern;
    const auto answer = route.refusal(HttpRequest(), 431, "too much");
    EXPECT_EQ(answer.status, 431);
    EXPECT_EQ(answer.body, "{\"ok\":false,\"code\":4400,\"error\":\"too much\"}\n");
  });
  EXPECT_EQ(routes, 3);
}

/// An address works for whoever has it.
TEST_F(Crowded, DownloadsByAnAddressTakeNoTurnOfItsReadersUploads) {
  DownloadService downloads{small_config(), *chat_.store, blobs_, signer_};
  MediaHttp http({uploads_, downloads, signer_, pools_}, 1000);
  HttpServer server({});
  http.add_routes(server);
  HttpHandler give;
  server.each_route([&](const HttpRoute& route) {
    if (route.pattern == "/media/file/{token}") give = route.handler;
  });
  HttpRequest request;
  request.method = "GET";
  request.captures = {{"token", signer_.sign(LinkTicket{to_.id, "file", Uid(1), conv_, 1, unix_ms() + 60'000})}};
  std::vector<int> statuses;
  for (int i = 0; i < 2; ++i) give(request, [&](const HttpResponse& answer) { statuses.push_back(answer.status); });
  EXPECT_EQ(statuses, std::vector<int>{429}) << "the other one waits";
  EXPECT_EQ(downloads.stats().away, 0U) << "nothing is";
  fill();  // there is room for what they upload
  release();
  EXPECT_EQ(statuses.size(), 2U);
}

}  // namespace
}  // namespace im::logic::media
