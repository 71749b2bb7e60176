#include "common/jwt/jwk.hpp"

#include <gtest/gtest.h>

#include "common/base/base64.hpp"

namespace im {
namespace {

std::string problem(const std::string& keys) {
  const auto set = parse_jwk_set("{\"keys\":[" + keys + "]}");
  return set.ok() ? "" : set.error().message;
}

TEST(Base64Url, OneTextPerValue) {
  EXPECT_EQ(to_base64url(""), "");
  EXPECT_EQ(to_base64url("f"), "Zg");
  EXPECT_EQ(to_base64url("foobar"), "Zm9vYmFy");
  EXPECT_EQ(to_base64url("\xfb\xff"), "-_8");
  EXPECT_EQ(from_base64url("-_8"), "\xfb\xff");
  for (const char* text : {"Z", "Zg==", "Zh", "+/8", "Zg\n", "Zm9vY", " Zg"})
    EXPECT_FALSE(from_base64url(text)) << text;
}

TEST(JwkSet, ReadsEachKind) {
  const std::string good =
      make_jwk(JwtAlgorithm::kHs256, "a").public_json + "," + make_jwk(JwtAlgorithm::kEdDsa, "b").public_json;
  const auto set = parse_jwk_set("{\"keys\":[" + good + "]}");
  ASSERT_TRUE(set.ok()) << set.error().message;
  EXPECT_EQ(set.value().at("a").algorithm, JwtAlgorithm::kHs256);
  EXPECT_FALSE(set.value().at("b").can_sign) << "the public half";
}

TEST(JwkSet, SaysWhatIsWrong) {
  EXPECT_EQ(problem("1"), "keys[0]: must be an object");
  EXPECT_EQ(problem("{}"), "keys[0]: \"kid\" is missing or not a text");
  EXPECT_EQ(problem(R"({"kid":""})"), "keys[0]: \"kid\" must have 1 to 128 bytes");
  EXPECT_EQ(problem(R"({"kid":"a","kty":"oct","alg":"HS256","k":"c2hvcnQ"})"),
            "keys[0]: \"k\" has fewer than 32 bytes");
  EXPECT_EQ(problem(R"({"kid":"a","kty":"oct","alg":"HS256","k":"c2 vcnQ"})"), "keys[0]: \"k\" is not base64url");
  EXPECT_EQ(problem(R"({"kid":"a","kty":"RSA","alg":"HS256","k":"x"})"),
            "keys[0]: \"kty\" and \"alg\" must be oct and HS256, RSA and RS256, or OKP and EdDSA");
  EXPECT_EQ(problem(R"({"kid":"a","kty":"RSA","alg":"RS256","n":"AQAB","e":"AQAB"})"),
            "keys[0]: the RSA key has fewer than 2048 bits");
  EXPECT_EQ(problem(R"({"kid":"a","kty":"RSA","alg":"RS256","n":"AQAB","e":"AQAB","d":"AQAB"})"),
            "keys[0]: is a private key; here only \"n\" and \"e\" belong");
  EXPECT_EQ(problem(R"({"kid":"a","kty":"OKP","alg":"EdDSA","crv":"X25519","x":"AQAB"})"),
            "keys[0]: \"crv\" must be Ed25519");
  EXPECT_EQ(problem(R"({"kid":"a","kty":"OKP","alg":"EdDSA","crv":"Ed25519","x":"AQAB"})"),
            "keys[0]: \"x\" must have 32 bytes");
  const std::string key = make_jwk(JwtAlgorithm::kHs256, "a").public_json;
  EXPECT_EQ(problem(key + "," + key), "keys[1]: the kid \"a\" stands twice");
  EXPECT_FALSE(parse_jwk_set("[]").ok());
  EXPECT_FALSE(parse_jwk_set("{").ok());
}

}  // namespace
}  // namespace im
