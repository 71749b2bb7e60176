#include "common/s3/s3_client.hpp"

#include <algorithm>
#include <atomic>
#include <future>

#include <gtest/gtest.h>

#include "tests/unit/s3/local_store.hpp"

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

/// Takes connections and says nothing, until it is told to.
class SilentStore {
 public:
  ~SilentStore() { speak(); }
  S3Config config(std::chrono::milliseconds probe) const {
    S3Config config = store_.config();
    config.deadline = std::chrono::milliseconds(30);
    config.probe = probe;
    return config;
  }
  void speak() {
    if (!speaks_.test_and_set()) speaks_.notify_all();
  }

 private:
  std::atomic_flag speaks_;
  test::LocalStore store_{[this](const std::string&) {
    speaks_.wait(false);
    return std::string();
  }};
};

TEST(S3Client, ASilentStoreIsNotWaitedForByEveryCall) {
  SilentStore store;
  S3Client client(store.config(std::chrono::hours(1)));
  for (int i = 0; i < 3; ++i) {
    EXPECT_FALSE(client.is_silent());
    EXPECT_EQ(client.size("a").error().code, Error::Code::kTimeout);
  }
  EXPECT_TRUE(client.is_silent());
  EXPECT_EQ(client.size("a").error().code, Error::Code::kTimeout);
  EXPECT_EQ(client.remove("a").error().code, Error::Code::kTimeout);
  std::promise<Error::Code> said;
  client.read("a", 0, 1, [&](const Result<std::string>& piece) { said.set_value(piece.error().code); });
  EXPECT_EQ(said.get_future().get(), Error::Code::kTimeout);
  EXPECT_EQ(client.unasked(), 3U) << "calls of every kind";
}

TEST(S3Client, WhenItAnswersAgainItIsAsked) {
  SilentStore store;
  S3Client client(store.config(std::chrono::milliseconds(1)));
  while (!client.is_silent()) EXPECT_FALSE(client.size("a").ok());
  store.speak();
  while (!client.size("a").ok()) {
  }
  EXPECT_FALSE(client.is_silent());
}

}  // namespace
}  // namespace im::s3
