#include "common/s3/s3_client.hpp"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <future>

#include <gtest/gtest.h>

#include "tests/unit/s3/local_store.hpp"
#include "tests/unit/s3/silent_store.hpp"

namespace im::s3 {
namespace {

/// Lists what it has, two with a call; and says how often it was asked.
class TwoWithACall {
 public:
  explicit TwoWithACall(std::vector<OpenUpload> open) : open_(std::move(open)) {}
  S3Config config() const { return store_.config(); }
  int lists() const { return lists_; }
  std::vector<OpenUpload> left() const { return open_; }

 private:
  static constexpr std::size_t kPage = 2;

  static std::string value(const std::string& target, const std::string& name) {
    const auto at = std::min(target.find("?" + name + "="), target.find("&" + name + "="));
    if (at == std::string::npos) return "";
    const auto begin = at + name.size() + 2;
    std::string text = target.substr(begin, target.find_first_of("& ", begin) - begin);
    for (auto slash = text.find("%2F"); slash != std::string::npos; slash = text.find("%2F"))
      text.replace(slash, 3, "/");
    return text;
  }
  std::string list(const std::string& target) {
    ++lists_;
    const std::string key = value(target, "key-marker"), id = value(target, "upload-id-marker");
    const std::string prefix = value(target, "prefix");
    std::vector<OpenUpload> rest;
    for (const auto& one : open_)
      if (one.key.starts_with(prefix) && std::pair(one.key, one.id) > std::pair(key, id)) rest.push_back(one);
    std::string out = "<ListMultipartUploadsResult>";
    for (std::size_t i = 0; i < std::min(rest.size(), kPage); ++i)
      out += "<Upload><Key>" + rest[i].key + "</Key><UploadId>" + rest[i].id + "</UploadId></Upload>";
    if (rest.size() <= kPage) return out + "<IsTruncated>false</IsTruncated></ListMultipartUploadsResult>";
    const auto& last = rest[kPage - 1];
    return out + "<IsTruncated>true</IsTruncated><NextKeyMarker>" + last.key + "</NextKeyMarker><NextUploadIdMarker>" +
           last.id + "</NextUploadIdMarker></ListMultipartUploadsResult>";
  }
  std::string said(const std::string& line) {
    if (line.starts_with("GET")) return list(line);
    std::erase_if(open_, [&](const OpenUpload& one) { return one.id == value(line, "uploadId"); });
    return "";
  }

  std::vector<OpenUpload> open_;  ///< of the thread while a client asks
  std::atomic<int> lists_{0};
  test::LocalStore store_{[this](const std::string& line) { return said(line); }};
};

/// One key has more uploads than a page.
std::vector<OpenUpload> five() {
  return {{"media/a", "1"}, {"media/b", "2"}, {"media/b", "3"}, {"media/b", "4"}, {"media/c", "5"}};
}

TEST(S3Client, OpenUploadsAreListedPageByPage) {
  TwoWithACall store(five());
  S3Client client(store.config());
  std::vector<std::string> names;
  ASSERT_TRUE(client.each_unfinished("", [&](const std::string& name) {
    names.push_back(name);
    return true;
  }));
  EXPECT_EQ(names, (std::vector<std::string>{"a", "b", "b", "b", "c"}));
  EXPECT_EQ(store.lists(), 3);
}

TEST(S3Client, WhoHasSeenEnoughAsksForNoOtherPage) {
  TwoWithACall store(five());
  S3Client client(store.config());
  int seen = 0;
  ASSERT_TRUE(client.each_unfinished("", [&](const std::string&) { return ++seen < 2; }));
  EXPECT_EQ(seen, 2);
  EXPECT_EQ(store.lists(), 1);
}

TEST(S3Client, AllUploadsOfANameAreAborted) {
  TwoWithACall store(five());
  {
    S3Client client(store.config());
    ASSERT_TRUE(client.remove_unfinished("b").ok());
  }
  ASSERT_EQ(store.left().size(), 2U);
  EXPECT_EQ(store.left()[0].key, "media/a");
  EXPECT_EQ(store.left()[1].key, "media/c");
}

TEST(S3Client, ASilentStoreIsNotWaitedForByEveryCall) {
  test::SilentStore store;
  S3Client client(store.config(std::chrono::hours(1)));
  EXPECT_GE(test::tries_until([&] { return !client.size("a") && client.is_silent(); }), 2) << "three in a row";
  ASSERT_TRUE(client.is_silent());
  EXPECT_EQ(client.size("a").error().code, Error::Code::kTimeout);
  EXPECT_EQ(client.remove("a").error().code, Error::Code::kTimeout);
  std::promise<Error::Code> said;
  client.read("a", 0, 1, [&](const Result<std::string>& piece) { said.set_value(piece.error().code); });
  EXPECT_EQ(said.get_future().get(), Error::Code::kTimeout);
  EXPECT_EQ(client.unasked(), 3U) << "calls of every kind";
}

TEST(S3Client, WhenItAnswersAgainItIsAsked) {
  test::SilentStore store;
  S3Client client(store.config(std::chrono::milliseconds(0)));
  test::tries_until([&] { return !client.size("a") && client.is_silent(); });
  ASSERT_TRUE(client.is_silent());
  store.speak();
  test::tries_until([&] { return client.size("a").ok(); });
  EXPECT_FALSE(client.is_silent());
}

/// All connections are taken by calls that have longer to end.
TEST(S3Client, CallsThatWereNeverSentSayNothingOfTheStore) {
  constexpr int kConnections = 64;
  test::SilentStore store;
  auto config = store.config(std::chrono::hours(1));
  config.deadline = std::chrono::hours(1);
  config.quick = std::chrono::milliseconds(30);
  S3Client client(config);
  for (int i = 0; i < kConnections; ++i) client.read("a", 0, 1, [](const Result<std::string>&) {});
  for (int i = 0; i < 4; ++i) EXPECT_EQ(client.size("a").error().code, Error::Code::kOverloaded) << i;
  EXPECT_FALSE(client.is_silent());
  EXPECT_EQ(client.unasked(), 0U);
}

}  // namespace
}  // namespace im::s3
