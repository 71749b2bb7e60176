#include "common/s3/s3_answers.hpp"

#include <gtest/gtest.h>

#include "common/s3/s3_config.hpp"

namespace im::s3 {
namespace {

TEST(S3Answers, AListSaysItsKeysAndWhereItGoesOn) {
  const auto last = read_list(
      "<?xml version=\"1.0\"?><ListBucketResult xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\">"
      "<IsTruncated>false</IsTruncated><Contents><Key>a&amp;b</Key></Contents><Contents><Key>c</Key></Contents>"
      "</ListBucketResult>");
  ASSERT_TRUE(last.ok());
  EXPECT_EQ(last.value().keys, (std::vector<std::string>{"a&b", "c"}));
  EXPECT_EQ(last.value().next, "");
  const auto more = read_list(
      "<ListBucketResult><IsTruncated>true</IsTruncated><NextContinuationToken>1/x=</NextContinuationToken>"
      "</ListBucketResult>");
  EXPECT_EQ(more.value().next, "1/x=");
  EXPECT_TRUE(more.value().keys.empty());
}

TEST(S3Answers, WhatIsNoListIsAnError) {
  for (const char* text : {"", "<html>welcome to the hotel</html>", "<Error><Code>AccessDenied</Code></Error>"}) {
    EXPECT_FALSE(read_list(text).ok()) << text;
    EXPECT_FALSE(read_uploads(text).ok()) << text;
  }
}

TEST(S3Answers, HalfAnElementIsNone) {
  EXPECT_EQ(element("<Key>abc", "Key"), "");
  EXPECT_EQ(element("<Key>abc</Kay>", "Key"), "");
  EXPECT_EQ(element("</Key><Key>", "Key"), "");
  EXPECT_TRUE(read_list("<ListBucketResult><Key>abc").value().keys.empty());
}

TEST(S3Answers, OpenUploadsHaveAKeyAndAnId) {
  const auto open = read_uploads(
      "<ListMultipartUploadsResult><Upload><Key>media/a</Key><UploadId>1</UploadId></Upload>"
      "<Upload><UploadId>2</UploadId><Key>media/b</Key></Upload></ListMultipartUploadsResult>");
  ASSERT_TRUE(open.ok());
  ASSERT_EQ(open.value().uploads.size(), 2U);
  EXPECT_EQ(open.value().uploads[1].key, "media/b");
  EXPECT_EQ(open.value().uploads[1].id, "2");
  EXPECT_EQ(open.value().next.key, "") << "that was all";
  const auto more = read_uploads(
      "<ListMultipartUploadsResult><NextKeyMarker>media/b</NextKeyMarker><NextUploadIdMarker>2</NextUploadIdMarker>"
      "<IsTruncated>true</IsTruncated></ListMultipartUploadsResult>");
  EXPECT_EQ(more.value().next.key, "media/b");
  EXPECT_EQ(more.value().next.id, "2");
}

TEST(S3Answers, AnErrorSaysTheCodeOfTheStore) {
  EXPECT_EQ(error_of({404, "", {}}).code, Error::Code::kNotFound);
  const auto denied = error_of({403, "<Error><Code>AccessDenied</Code></Error>", {}});
  EXPECT_EQ(denied.code, Error::Code::kUnavailable);
  EXPECT_EQ(denied.message, "the S3 store answers 403 AccessDenied");
}

TEST(S3Config, NamesThatWouldHaveToBeEscapedAreRefused) {
  S3Config config;
  config.bucket = "im-media";
  config.prefix = "media/";
  config.key_id = "key";
  config.secret = "secret";
  EXPECT_EQ(problem_of(config), "");
  for (const char* bucket : {"", "ab", "A-bucket", "a/b", "a..b", "a?b"}) {
    S3Config wrong = config;
    wrong.bucket = bucket;
    EXPECT_NE(problem_of(wrong), "") << bucket;
  }
  for (const char* prefix : {"/media/", "a b", "a%2f", "a?b"}) {
    S3Config wrong = config;
    wrong.prefix = prefix;
    EXPECT_NE(problem_of(wrong), "") << prefix;
  }
}

}  // namespace
}  // namespace im::s3
