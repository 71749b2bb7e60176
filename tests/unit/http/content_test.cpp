#include "common/http/content.hpp"

#include <filesystem>
#include <fstream>
#include <thread>

#include "common/http/file_body.hpp"
#include "common/http/static_folder.hpp"
#include "tests/unit/http/http_fixture.hpp"

namespace im {
namespace {

using http::RangeKind;

TEST(ReadRangeTest, FollowsRfc9110) {
  struct Case {
    const char* value;
    RangeKind kind;
    std::uint64_t first, count;
  };
  for (const Case& c : {Case{"bytes=0-0", RangeKind::kPart, 0, 1},
                        {"bytes=2-", RangeKind::kPart, 2, 8},
                        {"Bytes=3-5", RangeKind::kPart, 3, 3},
                        {"bytes=8-99", RangeKind::kPart, 8, 2},
                        {"bytes=-3", RangeKind::kPart, 7, 3},
                        {"bytes=-99", RangeKind::kPart, 0, 10},
                        {"bytes=10-", RangeKind::kNone, 0, 0},
                        {"bytes=-0", RangeKind::kNone, 0, 0},
                        {"bytes=5-4", RangeKind::kWhole, 0, 0},
                        {"bytes=1-2,4-5", RangeKind::kWhole, 0, 0},
                        {"lines=1-2", RangeKind::kWhole, 0, 0},
                        {"bytes=a-b", RangeKind::kWhole, 0, 0},
                        {"bytes=-", RangeKind::kWhole, 0, 0},
                        {"bytes=+1-2", RangeKind::kWhole, 0, 0},
                        {"bytes=0-99999999999999999999", RangeKind::kPart, 0, 10},
                        {"bytes=-99999999999999999999", RangeKind::kPart, 0, 10},
                        {"bytes=99999999999999999999-", RangeKind::kNone, 0, 0},
                        {"bytes=99999999999999999999-99999999999999999999", RangeKind::kNone, 0, 0}}) {
    http::ByteRange range;
    EXPECT_EQ(http::read_range(c.value, 10, range), c.kind) << c.value;
    if (c.kind != RangeKind::kPart) continue;
    EXPECT_EQ(range.first, c.first) << c.value;
    EXPECT_EQ(range.count, c.count) << c.value;
  }
}

TEST(NamesEtagTest, ComparesWeakly) {
  EXPECT_TRUE(http::names_etag("\"a\"", "\"a\""));
  EXPECT_TRUE(http::names_etag("\"b\", W/\"a\"", "\"a\""));
  EXPECT_TRUE(http::names_etag("*", "\"a\""));
  EXPECT_FALSE(http::names_etag("\"ab\"", "\"a\""));
  EXPECT_FALSE(http::names_etag("*", ""));
  EXPECT_FALSE(http::names_etag("", "\"a\""));
}

TEST(AcceptsCodingTest, ReadsWeights) {
  EXPECT_TRUE(http::accepts_coding("gzip, deflate, br", "br"));
  EXPECT_TRUE(http::accepts_coding("BR;q=0.1", "br"));
  EXPECT_TRUE(http::accepts_coding("*", "gzip"));
  EXPECT_FALSE(http::accepts_coding("br;q=0, *", "br"));
  EXPECT_FALSE(http::accepts_coding("gzip;q=0.000", "gzip"));
  EXPECT_FALSE(http::accepts_coding("gzipped", "gzip"));
  EXPECT_FALSE(http::accepts_coding("", "gzip"));
}

TEST(SafeNameTest, NothingOutsideAndNothingHidden) {
  for (const char* name : {"a", "a/b.js", "a..b/c", "\xe8\x81\x8a"}) EXPECT_TRUE(http::is_safe_name(name)) << name;
  for (const char* name : {"", "/a", "..", "../a", "a/../b", "a/.git/b", ".env", "a//b", "a/", "a\\b", "a\nb", "./a"})
    EXPECT_FALSE(http::is_safe_name(name)) << name;
  EXPECT_FALSE(http::is_safe_name(std::string_view("a\0b", 3)));
}

TEST(HashedNameTest, OnlyWhatLooksLikeAHash) {
  EXPECT_TRUE(http::is_hashed_name("assets/index-3f9aC21b.js"));
  EXPECT_TRUE(http::is_hashed_name("app.0123456789abcdef.css"));
  for (const char* name : {"index.html", "my-javascript.js", "jquery-3.6.0.js", "a-1234567.js", "3f9ac21b.js"})
    EXPECT_FALSE(http::is_hashed_name(name)) << name;
}

/// A server over a folder with pages, and over a file of 1 MB.
class HttpFilesTest : public HttpServerTest {
 protected:
  HttpFilesTest() {
    root = std::filesystem::path(testing::TempDir()) / ("files-" + std::to_string(::getpid()));
    std::filesystem::create_directories(root / "pages/sub");
    for (std::size_t i = 0; i < large.size(); ++i) large[i] = static_cast<char>('a' + i % 23);
    put("pages/index.html", "<p>");
    put("pages/app-12345678.js", "plain");
    put("pages/app-12345678.js.gz", "packed");
    put("pages/.secret", "secret");
    put("secret", "secret");
    put("large", large);
    server = std::make_unique<HttpServer>(config);
    server->route("GET", "/web/{path...}",
                  static_folder({.root = (root / "pages").string(), .headers = {{"X-Y", "z"}}}));
    server->route("GET", "/large", [this](const HttpRequest& request, const HttpReply& reply) {
      reply(content_answer(request, file_content((root / "large").string(), "text/plain", nullptr).value()));
    });
    HttpRoute upload;
    upload.method = "PUT";
    upload.pattern = "/up";
    upload.body_limit = 10000000;
    upload.sink = [this](const HttpRequest&, std::optional<std::uint64_t>) -> Result<std::shared_ptr<HttpSink>> {
      auto sink = FileSink::make((root / "pages/sub").string(), nullptr);
      if (!sink.ok()) return sink.error();
      return std::shared_ptr<HttpSink>(std::move(sink).value());
    };
    upload.handler = [this](const HttpRequest& request, const HttpReply& reply) {
      auto& sink = dynamic_cast<FileSink&>(*request.sink);
      const bool kept = request.has_header("x-keep") && sink.keep((root / "kept").string()).ok();
      reply(text(std::to_string(sink.size()) + (kept ? " kept" : "")));
    };
    server->route(std::move(upload));
    server->start();
  }
  ~HttpFilesTest() override {
    server.reset();
    std::filesystem::remove_all(root);
  }
  void put(const std::string& name, const std::string& bytes) const { std::ofstream(root / name) << bytes; }
  RawResponse ask(const std::string& target, const std::string& headers = "") const {
    RawClient client = connect();
    client.send(get(target, headers));
    return client.response();
  }
  static std::string field(const RawResponse& response, const std::string& name) {
    const std::size_t at = response.head.find("\r\n" + name + ": ");
    if (at == std::string::npos) return "";
    const std::size_t begin = at + name.size() + 4;
    return response.head.substr(begin, response.head.find("\r\n", begin) - begin);
  }
  std::size_t uploads() const {
    const std::filesystem::directory_iterator files(root / "pages/sub");
    return static_cast<std::size_t>(std::distance(files, std::filesystem::directory_iterator()));
  }

  std::filesystem::path root;
  std::string large = std::string(1000003, ' ');
};

TEST_F(HttpFilesTest, AFileComesWholeAndInRanges) {
  const RawResponse whole = ask("/large");
  EXPECT_EQ(whole.status, 200);
  EXPECT_EQ(whole.body, large);
  EXPECT_EQ(field(whole, "Accept-Ranges"), "bytes");
  const RawResponse part = ask("/large", "Range: bytes=300000-799999\r\n");
  EXPECT_EQ(part.status, 206);
  EXPECT_EQ(field(part, "Content-Range"), "bytes 300000-799999/1000003");
  EXPECT_EQ(part.body, large.substr(300000, 500000));
  EXPECT_EQ(ask("/large", "Range: bytes=-7\r\n").body, large.substr(large.size() - 7));
  const RawResponse none = ask("/large", "Range: bytes=1000003-\r\n");
  EXPECT_EQ(none.status, 416);
  EXPECT_EQ(field(none, "Content-Range"), "bytes */1000003");
}

TEST_F(HttpFilesTest, ConditionsAreKept) {
  const std::string etag = field(ask("/large", "Range: bytes=0-0\r\n"), "ETag");
  ASSERT_FALSE(etag.empty());
  const RawResponse same = ask("/large", "If-None-Match: " + etag + "\r\n");
  EXPECT_EQ(same.status, 304);
  EXPECT_EQ(field(same, "ETag"), etag);
  EXPECT_EQ(field(same, "Content-Length"), "");
  EXPECT_EQ(ask("/large", "Range: bytes=0-0\r\nIf-Range: " + etag + "\r\n").status, 206);
  EXPECT_EQ(ask("/large", "Range: bytes=0-0\r\nIf-Range: \"old\"\r\n").status, 200);
}

TEST_F(HttpFilesTest, AFolderOfPages) {
  EXPECT_EQ(ask("/web/").body, "<p>");
  const RawResponse page = ask("/web/index.html");
  EXPECT_EQ(field(page, "Cache-Control"), "no-cache");
  EXPECT_EQ(field(page, "Content-Type"), "text/html; charset=utf-8");
  EXPECT_EQ(field(page, "X-Y"), "z");
  const RawResponse plain = ask("/web/app-12345678.js");
  EXPECT_EQ(plain.body, "plain");
  EXPECT_EQ(field(plain, "Cache-Control"), "public, max-age=31536000, immutable");
  EXPECT_EQ(field(plain, "Vary"), "Accept-Encoding");
  const RawResponse packed = ask("/web/app-12345678.js", "Accept-Encoding: br, gzip\r\n");
  EXPECT_EQ(packed.body, "packed");
  EXPECT_EQ(field(packed, "Content-Encoding"), "gzip");
  EXPECT_EQ(field(packed, "Content-Type"), "text/javascript; charset=utf-8");
  EXPECT_NE(field(packed, "ETag"), field(plain, "ETag"));
}

TEST_F(HttpFilesTest, NothingElseIsServed) {
  for (const char* target : {"/web/../secret", "/web/%2e%2e/secret", "/web/..%2fsecret", "/web/.secret", "/web/sub",
                             "/web/none", "/web//secret", "/web/%00", "/web/sub/"})
    EXPECT_EQ(ask(target).status, 404) << target;
}

TEST_F(HttpFilesTest, AnUploadGoesToAFileAndLeavesNoneBehind) {
  const std::string head = "PUT /up HTTP/1.1\r\nHost: a\r\nContent-Length: 1000003\r\n";
  RawClient client = connect();
  client.send(head + "\r\n" + large);
  EXPECT_EQ(client.response().body, "1000003");
  client.send(head + "X-Keep: 1\r\n\r\n" + large);
  EXPECT_EQ(client.response().body, "1000003 kept");
  EXPECT_EQ(std::filesystem::file_size(root / "kept"), 1000003U);
  {
    RawClient gone = connect();
    gone.send(head + "\r\n" + large.substr(0, 500000));
  }
  // The end of that connection is seen a moment later; the file was made with its head.
  for (int i = 0; i < 1000 && uploads() > 0; ++i) std::this_thread::sleep_for(std::chrono::milliseconds(10));
  EXPECT_EQ(uploads(), 0U);
}

}  // namespace
}  // namespace im
