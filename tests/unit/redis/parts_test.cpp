#include <cstdio>
#include <sys/stat.h>
#include <unistd.h>

#include <gtest/gtest.h>

#include "common/base/secret_file.hpp"
#include "common/redis/answer.hpp"
#include "common/redis/client.hpp"
#include "common/redis/password_file.hpp"

namespace im::redis {
namespace {

TEST(RedisAnswer, SaysWhereAndWhatToDo) {
  const auto refusal = refusal_of("WRONGPASS invalid username-password pair or user is disabled.", "10.0.0.1:6379");
  EXPECT_EQ(refusal.error.code, Error::Code::kDenied);
  EXPECT_EQ(
      refusal.error.message,
      "Redis at 10.0.0.1:6379: WRONGPASS invalid username-password pair or user is disabled; check redis.username "
      "and redis.password_file");
  EXPECT_EQ(refusal.consequence, Consequence::kNone);
}

TEST(RedisAnswer, AServerThatTakesNoWritesIsLeft) {
  for (const auto* text : {"READONLY You can't write against a read only replica.",
                           "LOADING Redis is loading the dataset", "MASTERDOWN Link with MASTER is down"}) {
    EXPECT_EQ(refusal_of(text, "a:1").consequence, Consequence::kFindMaster) << text;
    EXPECT_EQ(refusal_of(text, "a:1").error.code, Error::Code::kUnavailable) << text;
  }
}

TEST(RedisAnswer, TheRestIsToldAsItIs) {
  EXPECT_EQ(refusal_of("NOSCRIPT No matching script.", "a:1").consequence, Consequence::kSendWholeScript);
  EXPECT_EQ(refusal_of("OOM command not allowed", "a:1").error.code, Error::Code::kOverloaded);
  EXPECT_EQ(refusal_of("ERR unknown command 'X'", "a:1").error.code, Error::Code::kInvalid);
  EXPECT_EQ(refusal_of("ERR unknown command 'X'", "a:1").error.message, "Redis at a:1: ERR unknown command 'X'");
  EXPECT_EQ(refusal_of("READONLYX y", "a:1").consequence, Consequence::kNone);
}

TEST(RedisReply, NumbersComeAsIntegersOrDigits) {
  EXPECT_EQ((Reply{.kind = Reply::Kind::kInteger, .integer = 7}.number()), 7U);
  EXPECT_EQ((Reply{.kind = Reply::Kind::kString, .text = "18446744073709551615"}.number()), UINT64_MAX);
  EXPECT_EQ((Reply{.kind = Reply::Kind::kString, .text = "7x"}.number(3)), 3U);
  EXPECT_EQ((Reply{.kind = Reply::Kind::kInteger, .integer = -1}.number(3)), 3U);
  EXPECT_EQ(Reply{}.number(3), 3U);
  EXPECT_TRUE(Reply{}[5].nil());
}

// The value of `printf 'return 1' | sha1sum`.
TEST(RedisScript, HasTheNameThatRedisGivesIt) {
  EXPECT_EQ(Script("return 1").sha, "e0e1f9fabfc9d4800c877a703b823ac0578ff8db");
}

class PasswordFileTest : public testing::Test {
 protected:
  ~PasswordFileTest() override { std::remove(path_.c_str()); }
  std::string error() { return read_password(path_).error().message; }
  void write(const std::string& text) { ASSERT_TRUE(write_secret_file(path_, text).ok()); }
  const std::string path_ = testing::TempDir() + "redis_password." + std::to_string(getpid());
};

TEST_F(PasswordFileTest, IsTheFirstLine) {
  write("s3cret with space \r\nnot this\n");
  EXPECT_EQ(read_password(path_).value(), "s3cret with space ");
  EXPECT_EQ(read_password("").value(), "");
}

TEST_F(PasswordFileTest, SaysWhatIsWrong) {
  EXPECT_NE(error().find(path_ + ": cannot be read: No such file"), std::string::npos) << error();
  write("\nsecret\n");
  EXPECT_NE(error().find("is empty"), std::string::npos);
  write(std::string(5000, 'x'));
  EXPECT_NE(error().find("too long"), std::string::npos);
  ::chmod(path_.c_str(), 0644);
  EXPECT_NE(error().find("is open to other users; chmod 600 " + path_), std::string::npos) << error();
}

// Nothing runs: what is asked is refused at once, on the caller's thread.
TEST(RedisClient, IsStoppedBeforeItStarts) {
  Client client(Config{.addresses = {"127.0.0.1:1"}});
  Error::Code code{};
  client.command({"PING"}, [&](Result<Reply> result) { code = result.error().code; });
  EXPECT_EQ(code, Error::Code::kUnavailable);
  EXPECT_EQ(client.stats().unavailable, 1U);
  EXPECT_EQ(client.stats().pending, 0U);
}

}  // namespace
}  // namespace im::redis
