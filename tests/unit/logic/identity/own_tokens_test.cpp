#include "logic/identity/own_tokens.hpp"

#include <filesystem>
#include <fstream>
#include <sys/stat.h>
#include <unistd.h>

#include <gtest/gtest.h>

namespace im::logic {

namespace {

namespace fs = std::filesystem;

class OwnTokensTest : public testing::Test {
 protected:
  OwnTokensTest() { fs::remove(path); }
  ~OwnTokensTest() override { fs::remove(path); }
  void write(const std::string& text, ::mode_t mode = 0600) {
    fs::remove(path);
    std::ofstream(path) << text;
    ::chmod(path.c_str(), mode);
  }

  const std::string path = testing::TempDir() + "own_tokens_" + std::to_string(::getpid()) + ".json";
  std::int64_t now = 1000;
  JwtAuthenticator checks{{OwnTokens::kIssuer, "", 5}, [this] { return now; }};
  OwnTokens tokens{path, checks};
};

TEST_F(OwnTokensTest, MakesItsKeyAndSignsWhatIdentityTakes) {
  tokens.look();
  EXPECT_EQ(fs::status(path).permissions() & fs::perms::all, fs::perms::owner_read | fs::perms::owner_write);
  const auto token = tokens.sign(Uid(7), "dabc", now, now + 60);
  ASSERT_TRUE(token.ok());
  const auto who = checks.authenticate(token.value());
  ASSERT_TRUE(who.ok()) << who.error().message;
  EXPECT_EQ(who.value().uid, Uid(7));
  EXPECT_EQ(who.value().key, "7/dabc");
  EXPECT_EQ(who.value().expires_s, 1060);
  EXPECT_TRUE(who.value().revocable);
  EXPECT_EQ(checks.authenticate(R"({"token":")" + token.value() + R"(","key":"mine"})").value().key, "7/dabc")
      << "the device of a token is not the client's choice";
  now += 66;
  EXPECT_FALSE(checks.authenticate(token.value()).ok());
}

TEST_F(OwnTokensTest, ANewerKeySignsAndTheOlderStillChecks) {
  const std::string older = make_jwk(JwtAlgorithm::kEdDsa, "k1").private_json;
  write(R"({"keys":[)" + older + "]}");
  tokens.look();
  const auto before = tokens.sign(Uid(7), "d", now, now + 60);
  write(R"({"keys":[)" + make_jwk(JwtAlgorithm::kEdDsa, "k2").private_json + "," + older + "]}  ");
  tokens.look();
  const auto after = tokens.sign(Uid(7), "d", now, now + 60);
  EXPECT_TRUE(checks.authenticate(before.value()).ok());
  EXPECT_TRUE(checks.authenticate(after.value()).ok());
  EXPECT_NE(before.value().substr(0, before.value().find('.')), after.value().substr(0, after.value().find('.')));
}

TEST_F(OwnTokensTest, ABrokenFileKeepsTheKeysOrEndsTheStart) {
  write("{}");
  EXPECT_THROW(tokens.look(), std::runtime_error);
  write(R"({"keys":[)" + make_jwk(JwtAlgorithm::kEdDsa, "k1").private_json + "]}", 0644);
  OwnTokens readable(path, checks);
  EXPECT_THROW(readable.look(), std::runtime_error);
  write(R"({"keys":[)" + make_jwk(JwtAlgorithm::kEdDsa, "k1").private_json + "]}");
  OwnTokens good(path, checks);
  good.look();
  write("not JSON at all");
  good.look();
  EXPECT_TRUE(checks.authenticate(good.sign(Uid(7), "d", now, now + 60).value()).ok());
}

}  // namespace

}  // namespace im::logic
