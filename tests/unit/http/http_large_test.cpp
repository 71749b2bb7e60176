#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "common/base/blocking_pool.hpp"
#include "common/http/file_body.hpp"
#include "tests/unit/http/http_fixture.hpp"

namespace im {
namespace {

constexpr std::size_t kMiB = 1U << 20;

/// Largest resident memory of this process so far, in bytes.
std::size_t peak_memory() {
  std::ifstream status("/proc/self/status");
  std::string word;
  while (status >> word) {
    if (word != "VmHWM:") continue;
    std::size_t kib = 0;
    status >> kib;
    return kib * 1024;
  }
  return 0;
}

/// IM_HTTP_LARGE_MIB: how much goes up and comes down. 48 in a plain run, 1024 in `./im test --full unit`.
std::size_t large_mib() {
  const char* text = std::getenv("IM_HTTP_LARGE_MIB");
  return text == nullptr || *text == '\0' ? 48 : std::strtoul(text, nullptr, 10);
}

class HttpLargeTest : public HttpServerTest {
 protected:
  HttpLargeTest() {
    folder = std::filesystem::path(testing::TempDir()) / ("large-" + std::to_string(::getpid()));
    std::filesystem::create_directories(folder);
    HttpRoute upload;
    upload.method = "PUT";
    upload.pattern = "/file";
    upload.body_limit = 1ULL << 40;
    upload.sink = [this](const HttpRequest&, std::optional<std::uint64_t>) -> Result<std::shared_ptr<HttpSink>> {
      auto sink = FileSink::make(folder.string(), &pool);
      if (!sink.ok()) return sink.error();
      return std::shared_ptr<HttpSink>(std::move(sink).value());
    };
    upload.handler = [this](const HttpRequest& request, const HttpReply& reply) {
      const auto sink = std::dynamic_pointer_cast<FileSink>(request.sink);
      pool.run([this, sink] { return sink->keep((folder / "kept").string()); },
               [reply](const Status& kept) { reply(text(kept.ok() ? "kept" : kept.error().message)); });
    };
    server = std::make_unique<HttpServer>(config);
    server->route(std::move(upload));
    server->route("GET", "/file", [this](const HttpRequest& request, const HttpReply& reply) {
      reply(content_answer(request, file_content((folder / "kept").string(), "text/plain", &pool).value()));
    });
    server->start();
  }
  ~HttpLargeTest() override {
    server.reset();
    pool.stop();
    std::filesystem::remove_all(folder);
  }

  std::filesystem::path folder;
  BlockingPool pool{{2, 64}};
};

TEST_F(HttpLargeTest, AFileGoesUpAndComesBackWithoutBeingInMemory) {
  const std::size_t mib = large_mib();
  std::string block(kMiB, ' ');
  for (std::size_t i = 0; i < block.size(); ++i) block[i] = static_cast<char>('a' + i % 23);
  const std::size_t before = peak_memory();
  ASSERT_GT(before, 0U);
  RawClient client = connect();
  client.send("PUT /file HTTP/1.1\r\nHost: a\r\nContent-Length: " + std::to_string(mib * kMiB) + "\r\n\r\n");
  for (std::size_t i = 0; i < mib; ++i) {
    block[0] = static_cast<char>('0' + i % 10);
    ASSERT_TRUE(client.send(block)) << i;
  }
  EXPECT_EQ(client.response().body, "kept");
  // And back, a MiB a request, over the same connection.
  for (std::size_t i = 0; i < mib; ++i) {
    client.send(
        get("/file", "Range: bytes=" + std::to_string(i * kMiB) + "-" + std::to_string((i + 1) * kMiB - 1) + "\r\n"));
    const RawResponse part = client.response();
    ASSERT_EQ(part.status, 206) << i;
    block[0] = static_cast<char>('0' + i % 10);
    ASSERT_EQ(part.body, block) << i;
  }
  // This test's own two MiB included. AddressSanitizer keeps what was freed and ThreadSanitizer
  // shadows each byte that is touched, so there is nothing to see with them.
#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
  EXPECT_LT(peak_memory() - before, 16 * kMiB);
#endif
}

}  // namespace
}  // namespace im
