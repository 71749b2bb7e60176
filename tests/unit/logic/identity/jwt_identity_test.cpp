#include "logic/identity/jwt_identity.hpp"

#include <cstdio>
#include <unistd.h>

#include <gtest/gtest.h>

#include "common/base/secret_file.hpp"

namespace im::logic {
namespace {

namespace json = boost::json;
constexpr std::int64_t kNow = 1'800'000'000;

class JwtIdentityTest : public testing::Test {
 protected:
  JwtIdentityTest() { authenticator_.replace(set_of({new_.public_json, old_.public_json})); }
  static JwkSet set_of(const std::vector<std::string>& keys) {
    std::string text;
    for (const auto& key : keys) text += (text.empty() ? "" : ",") + key;
    return parse_jwk_set("{\"keys\":[" + text + "]}").value();
  }
  std::string token(const std::string& subject, const NewJwk& with, std::int64_t expires = kNow + 60) const {
    const JwkSet keys = set_of({with.private_json});
    return sign_jwt({{"sub", subject}, {"exp", expires}}, keys.begin()->second).value();
  }
  std::string refused(const std::string& body) {
    const auto identity = authenticator_.authenticate(body);
    return identity.ok() ? "" : identity.error().message;
  }

  NewJwk old_ = make_jwk(JwtAlgorithm::kHs256, "old"), new_ = make_jwk(JwtAlgorithm::kEdDsa, "new");
  JwtAuthenticator authenticator_{JwtRules{}, [] { return kNow; }};
};

TEST_F(JwtIdentityTest, TheTokenAloneOrInsideTheObject) {
  const auto alone = authenticator_.authenticate(token("42", new_));
  ASSERT_TRUE(alone.ok()) << alone.error().message;
  EXPECT_EQ(alone.value().uid, Uid(42));
  EXPECT_EQ(alone.value().expires_s, kNow + 60);
  EXPECT_TRUE(alone.value().key.starts_with("42/"));
  const auto inside = authenticator_.authenticate(R"( {"token":")" + token("42", old_) +
                                                  R"(","mid":42,"key":"phone","room_id":"live://1","accepts":[5]})");
  ASSERT_TRUE(inside.ok()) << inside.error().message;
  EXPECT_EQ(inside.value().key, "42/phone");
  EXPECT_EQ(inside.value().room, "live://1");
  EXPECT_EQ(inside.value().accepts, std::vector<std::int32_t>{5});
}

TEST_F(JwtIdentityTest, NothingElseIsBelieved) {
  EXPECT_EQ(refused(R"({"token":")" + token("42", new_) + R"(","mid":43})"), "\"mid\" is not the user of the token");
  EXPECT_NE(refused(R"({"mid":42})"), "");
  EXPECT_NE(refused(R"({"mid":42,"token":5})"), "");
  EXPECT_NE(refused(""), "");
  EXPECT_NE(refused("{}"), "");
  EXPECT_NE(refused("42"), "");
  EXPECT_NE(refused(token("42", make_jwk(JwtAlgorithm::kEdDsa, "new"))), "") << "another key of this name";
  EXPECT_EQ(refused(token("42", new_, kNow - 60)), "the token has expired");
  for (const char* subject : {"", "0", "-1", "007", "+1", "1.0", "bob", "9223372036854775808", " 1"})
    EXPECT_EQ(refused(token(subject, new_)), "claim \"sub\" is not a user number above 0") << subject;
}

TEST_F(JwtIdentityTest, OneUsersKeyIsNeverAnothers) {
  const auto mallory = authenticator_.authenticate(R"({"token":")" + token("7", new_) + R"(","key":"42/phone"})");
  EXPECT_EQ(mallory.value().key, "7/42/phone");
}

TEST_F(JwtIdentityTest, RotationByOverlap) {
  const std::string before = token("42", old_), after = token("42", new_);
  EXPECT_EQ(refused(before) + refused(after), "");
  authenticator_.replace(set_of({new_.public_json}));
  EXPECT_EQ(refused(before), "kid \"old\" is not known");
  EXPECT_EQ(refused(after), "");
  authenticator_.replace({});
  EXPECT_NE(refused(after), "");
}

TEST_F(JwtIdentityTest, ASessionIsKnownByTheKeyOfItsToken) {
  const std::string one = authenticator_.authenticate(token("42", new_)).value().token_key;
  const std::string other = authenticator_.authenticate_v1(token("42", old_)).value().token_key;
  EXPECT_EQ(one.substr(0, 4), "new#");
  EXPECT_EQ(other.substr(0, 4), "old#");
  EXPECT_EQ(authenticator_.authenticate(R"({"token":")" + token("42", old_) + "\"}").value().token_key, other);
  EXPECT_TRUE(authenticator_.knows_key(one) && authenticator_.knows_key(other));
}

TEST_F(JwtIdentityTest, KeysThatGoAndIdsThatStandForAnotherKeyAreTold) {
  std::vector<std::string> gone;
  authenticator_.on_key_gone([&](const std::string& name) {
    EXPECT_FALSE(authenticator_.knows_key(name));
    gone.push_back(name.substr(0, name.find('#')));
  });
  authenticator_.replace(
      set_of({new_.public_json, old_.public_json, make_jwk(JwtAlgorithm::kEdDsa, "next").public_json}));
  EXPECT_TRUE(gone.empty()) << "the same keys, and one more";
  authenticator_.replace(set_of({new_.private_json, old_.public_json}));
  EXPECT_EQ(gone, std::vector<std::string>{"next"}) << "the private half is the same key";
  gone.clear();
  authenticator_.replace(set_of({make_jwk(JwtAlgorithm::kEdDsa, "new").public_json}));
  EXPECT_EQ(gone, (std::vector<std::string>{"new", "old"}));
}

TEST_F(JwtIdentityTest, V1ClientsSendTheTokenAsItIs) {
  const auto identity = authenticator_.authenticate_v1(token("42", new_));
  ASSERT_TRUE(identity.ok());
  EXPECT_EQ(identity.value().uid, Uid(42));
  EXPECT_EQ(identity.value().room, "v1://1");
  EXPECT_FALSE(authenticator_.authenticate_v1("42").ok());
  EXPECT_FALSE(authenticator_.authenticate_v1("42,300").ok());
}

TEST_F(JwtIdentityTest, AFileWithoutAKeySaysWhyNobodyCanLogIn) {
  const std::string path = testing::TempDir() + "jwt-keys-" + std::to_string(::getpid());
  const auto write = [&](const std::string& text) { ASSERT_TRUE(write_secret_file(path, text).ok()); };
  JwtKeysFile file(path, authenticator_);
  std::remove(path.c_str());
  file.look();
  EXPECT_EQ(file.problem(), "identity.jwt_keys_file: \"" + path + "\" cannot be read: No such file or directory");
  write(R"({"keys":[]})");
  file.look();
  EXPECT_EQ(file.problem(), "identity.jwt_keys_file: \"" + path + "\" has no key");
  write(R"({"keys":[)" + old_.public_json + "]}");
  file.look();
  EXPECT_EQ(file.problem(), "");
  write("{");
  file.look();
  EXPECT_EQ(file.problem(), "") << "the keys stay as they were";
  std::remove(path.c_str());
}

}  // namespace
}  // namespace im::logic
