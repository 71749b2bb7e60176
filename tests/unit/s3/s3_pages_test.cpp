#include <atomic>

#include <gtest/gtest.h>

#include "common/s3/s3_client.hpp"
#include "tests/unit/s3/local_store.hpp"

namespace im::s3 {
namespace {

/// A store whose lists never end would be asked for ever.
constexpr int kFarTooOften = 50;

std::string objects(const std::string& key, const std::string& next) {
  return "<ListBucketResult><Contents><Key>" + key + "</Key></Contents><IsTruncated>true</IsTruncated>" +
         (next.empty() ? "" : "<NextContinuationToken>" + next + "</NextContinuationToken>") + "</ListBucketResult>";
}

std::string uploads(const OpenUpload& one, const OpenUpload& next) {
  return "<ListMultipartUploadsResult><Upload><Key>" + one.key + "</Key><UploadId>" + one.id +
         "</UploadId></Upload><IsTruncated>true</IsTruncated>" +
         (next.key.empty() ? "" : "<NextKeyMarker>" + next.key + "</NextKeyMarker>") + "<NextUploadIdMarker>" +
         next.id + "</NextUploadIdMarker></ListMultipartUploadsResult>";
}

/// How often a store is asked until its list is found to be none.
class Endless : public testing::Test {
 protected:
  using Page = std::function<std::string(int)>;

  int asked_until_an_error(const Page& page, bool of_uploads) {
    std::atomic<int> asked{0};
    test::LocalStore store([&](const std::string&) { return page(++asked); });
    S3Client client(store.config());
    const auto see = [&](const std::string&) { return asked < kFarTooOften; };
    const auto done = of_uploads ? client.each_unfinished("", see) : client.each("", see);
    EXPECT_FALSE(done.ok());
    EXPECT_TRUE(done.ok() || done.error().code == Error::Code::kUnavailable);
    return asked;
  }
};

TEST_F(Endless, AStoreThatGivesTheSameMarkerAgain) {
  const auto same = [](int at) { return objects("media/" + std::to_string(at), "again"); };
  EXPECT_EQ(asked_until_an_error(same, false), 2);
  const auto upload = [](int at) { return uploads({"media/a", std::to_string(at)}, {"media/a", "1"}); };
  EXPECT_EQ(asked_until_an_error(upload, true), 2);
}

TEST_F(Endless, AStoreThatGoesRoundInACircle) {
  const auto circle = [](int at) { return objects("media/" + std::to_string(at), std::to_string(at % 3)); };
  EXPECT_EQ(asked_until_an_error(circle, false), 4);
  const auto upload = [](int at) {
    return uploads({"media/a", std::to_string(at)}, {"media/a", std::to_string(at % 3)});
  };
  EXPECT_EQ(asked_until_an_error(upload, true), 4);
}

/// It makes a new marker each time, and does not look at the one that it is given.
TEST_F(Endless, AStoreThatBeginsAnewWithAnotherMarker) {
  const auto anew = [](int at) { return objects("media/a", std::to_string(at)); };
  EXPECT_EQ(asked_until_an_error(anew, false), 2);
  const auto upload = [](int at) { return uploads({"media/a", "1"}, {"media/a", std::to_string(at)}); };
  EXPECT_EQ(asked_until_an_error(upload, true), 2);
}

/// Half a list would say that the rest is lost.
TEST_F(Endless, AStoreThatHasMoreAndDoesNotSayWhere) {
  EXPECT_EQ(asked_until_an_error([](int) { return objects("media/a", ""); }, false), 1);
  EXPECT_EQ(asked_until_an_error([](int) { return uploads({"media/a", "1"}, {}); }, true), 1);
}

}  // namespace
}  // namespace im::s3
