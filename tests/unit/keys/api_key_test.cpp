#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sys/stat.h>

#include <gtest/gtest.h>

#include "common/base/secret_file.hpp"
#include "common/keys/api_key_file.hpp"

namespace im {
namespace {

class ApiKeys : public testing::Test {
 protected:
  void SetUp() override {
    std::string pattern = testing::TempDir() + "keysXXXXXX";
    directory_ = ::mkdtemp(pattern.data());
    path_ = directory_ + "/keys.json";
  }
  void TearDown() override { std::filesystem::remove_all(directory_); }
  std::string problem(const std::string& text) {
    EXPECT_TRUE(write_secret_file(path_, text).ok());
    const auto keys = read_api_keys(path_);
    return keys.ok() ? "" : keys.error().message.substr(path_.size());
  }
  static std::string entry(const std::string& more = "", const std::string& scopes = R"(["users"])") {
    return R"({"id":"a","name":"n","sha256":")" + std::string(64, '0') + R"(","scopes":)" + scopes +
           R"(,"rate":1,"burst":1,"created_ms":1,"expires_ms":0)" + more + "}";
  }

  std::string directory_, path_;
};

TEST_F(ApiKeys, AFreshKeyProvesItselfAndNoOtherDoes) {
  const NewApiKey made = make_api_key({.id = "", .name = "shop", .hash = "", .scopes = {"users"}});
  const NewApiKey other = make_api_key({});
  const auto [id, secret] = split_api_key(made.text);
  EXPECT_EQ(id, made.key.id);
  EXPECT_TRUE(proves(made.key, secret));
  EXPECT_FALSE(proves(other.key, secret));
  EXPECT_FALSE(proves(made.key, secret.substr(1)));
  EXPECT_FALSE(proves(made.key, ""));
  EXPECT_EQ(made.key.hash.find(secret), std::string::npos);
  EXPECT_TRUE(made.key.may("users"));
  EXPECT_FALSE(made.key.may("all"));
}

TEST_F(ApiKeys, OtherTextsAreNoKeys) {
  const std::string text = make_api_key({}).text;
  for (const std::string& wrong : {std::string(), std::string("imk_"), text + "x", text.substr(1),
                                   "IMK_" + text.substr(4), text.substr(0, 12) + "-" + text.substr(13)})
    EXPECT_TRUE(split_api_key(wrong).id.empty()) << wrong;
}

TEST_F(ApiKeys, WhatIsWrittenIsRead) {
  const NewApiKey made = make_api_key({.id = "",
                                       .name = "shop \"1\"",
                                       .hash = "",
                                       .scopes = {"users", "all"},
                                       .rate = 2.5,
                                       .burst = 7,
                                       .created_ms = 5,
                                       .expires_ms = 9});
  ASSERT_TRUE(write_api_keys(path_, {made.key}).ok());
  struct stat status{};
  ASSERT_EQ(::stat(path_.c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777U, 0600U);
  const auto keys = read_api_keys(path_);
  ASSERT_TRUE(keys.ok()) << keys.error().message;
  ASSERT_EQ(keys.value().size(), 1U);
  const ApiKey& key = keys.value().front();
  EXPECT_EQ(key.name, "shop \"1\"");
  EXPECT_EQ(key.hash, made.key.hash);
  EXPECT_EQ(key.scopes, made.key.scopes);
  EXPECT_EQ(std::tuple(key.rate, key.burst, key.created_ms, key.expires_ms), std::tuple(2.5, 7.0, 5, 9));
}

TEST_F(ApiKeys, BrokenFilesSayWhatIsWrong) {
  EXPECT_EQ(problem("{\"keys\":[" + entry() + "]}"), "");
  EXPECT_EQ(problem("{"), ": not JSON at byte 1: incomplete JSON");
  EXPECT_EQ(problem("[]"), ": must be an object with one list \"keys\"");
  EXPECT_EQ(problem("{\"keys\":[1]}"), ": keys[0]: must be an object");
  EXPECT_EQ(problem("{\"keys\":[" + entry(",\"x\":1") + "]}"), ": keys[0]: \"x\" is not known here");
  EXPECT_EQ(problem("{\"keys\":[" + entry("", R"(["room"])") + "]}"),
            ": keys[0]: \"scopes\" knows users, rooms and all, not \"room\"");
  EXPECT_EQ(problem("{\"keys\":[" + entry() + "," + entry() + "]}"), ": keys[1]: the id \"a\" stands twice");
  EXPECT_EQ(problem(R"({"keys":[{"id":"a"}]})"), ": keys[0]: \"name\" must be a text");
  EXPECT_EQ(read_api_keys("/nowhere/keys.json").error().message,
            "/nowhere/keys.json: cannot be read; `imctl key add` makes it");
}

}  // namespace
}  // namespace im
