#include "common/jwt/jwt.hpp"

#include <array>
#include <functional>
#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/rsa.h>

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <gtest/gtest.h>

#include "common/base/base64.hpp"

namespace im {
namespace {

namespace json = boost::json;
constexpr std::int64_t kNow = 1'800'000'000;

/// An RSA key pair: the JWK of its public half, and what signs.
struct RsaPair {
  RsaPair() : key(EVP_RSA_gen(2048), EVP_PKEY_free) {}
  std::string jwk() const {
    const auto number = [&](const char* name) {
      BIGNUM* value = nullptr;
      EVP_PKEY_get_bn_param(key.get(), name, &value);
      std::string bytes(static_cast<std::size_t>(BN_num_bytes(value)), '\0');
      BN_bn2bin(value, reinterpret_cast<unsigned char*>(bytes.data()));
      BN_free(value);
      return to_base64url(bytes);
    };
    return R"({"kid":"rsa","kty":"RSA","alg":"RS256","n":")" + number(OSSL_PKEY_PARAM_RSA_N) + R"(","e":")" +
           number(OSSL_PKEY_PARAM_RSA_E) + "\"}";
  }
  std::string sign(const std::string& text) const {
    const std::unique_ptr<EVP_MD_CTX, void (*)(EVP_MD_CTX*)> context(EVP_MD_CTX_new(), EVP_MD_CTX_free);
    std::array<unsigned char, 256> out{};
    std::size_t size = out.size();
    EVP_DigestSignInit(context.get(), nullptr, EVP_sha256(), nullptr, key.get());
    EVP_DigestSign(context.get(), out.data(), &size, reinterpret_cast<const unsigned char*>(text.data()), text.size());
    return {reinterpret_cast<const char*>(out.data()), size};
  }
  std::unique_ptr<EVP_PKEY, void (*)(EVP_PKEY*)> key;
};

class Jwt : public testing::Test {
 protected:
  Jwt() {
    const std::string secret = make_jwk(JwtAlgorithm::kHs256, "hs").private_json;
    const NewJwk ed = make_jwk(JwtAlgorithm::kEdDsa, "ed");
    keys_ = parse_jwk_set("{\"keys\":[" + secret + "," + ed.public_json + "," + rsa_.jwk() + "]}").value();
    signer_ = parse_jwk_set("{\"keys\":[" + ed.private_json + "]}").value().at("ed");
  }
  const Jwk& hs() const { return keys_.at("hs"); }

  static json::object claims() {
    return {
        {"sub", "42"}, {"exp", kNow + 600}, {"iat", kNow - 1}, {"iss", "shop"}, {"aud", json::array{"im", "other"}}};
  }
  static json::object header(const char* alg, const char* kid) { return {{"alg", alg}, {"typ", "JWT"}, {"kid", kid}}; }

  std::string hmac(const std::string& secret, const std::string& text) const {
    std::array<unsigned char, EVP_MAX_MD_SIZE> mac{};
    unsigned int size = 0;
    HMAC(EVP_sha256(), secret.data(), static_cast<int>(secret.size()),
         reinterpret_cast<const unsigned char*>(text.data()), text.size(), mac.data(), &size);
    return {reinterpret_cast<const char*>(mac.data()), size};
  }
  /// A token of any texts with a right HS256 signature.
  std::string signed_texts(const std::string& head, const std::string& payload) const {
    const std::string text = to_base64url(head) + "." + to_base64url(payload);
    return text + "." + to_base64url(hmac(hs().secret, text));
  }
  std::string signed_claims(const json::object& payload) const {
    return signed_texts(json::serialize(header("HS256", "hs")), json::serialize(payload));
  }
  std::string why_not(const std::string& token) const {
    const auto result = verify_jwt(token, keys_, rules_, kNow);
    return result.ok() ? "" : result.error().message;
  }

  RsaPair rsa_;
  JwkSet keys_;
  Jwk signer_;
  JwtRules rules_{.issuer = "shop", .audience = "im", .leeway_s = 5};
};

TEST_F(Jwt, EveryAlgorithmWithItsKey) {
  EXPECT_EQ(why_not(sign_jwt(claims(), hs()).value()), "");
  EXPECT_EQ(why_not(sign_jwt(claims(), signer_).value()), "");
  const std::string text =
      to_base64url(json::serialize(header("RS256", "rsa"))) + "." + to_base64url(json::serialize(claims()));
  EXPECT_EQ(why_not(text + "." + to_base64url(rsa_.sign(text))), "");
  const auto read = verify_jwt(sign_jwt(claims(), hs()).value(), keys_, rules_, kNow);
  EXPECT_EQ(read.value().subject, "42");
  EXPECT_EQ(read.value().expires_s, kNow + 600);
  EXPECT_FALSE(sign_jwt(claims(), keys_.at("ed")).ok()) << "a public key signs nothing";
}

TEST_F(Jwt, ClaimsMustHold) {
  const auto with = [&](const char* name, const json::value& value) {
    json::object changed = claims();
    changed[name] = value;
    return why_not(signed_claims(changed));
  };
  EXPECT_EQ(with("exp", kNow - 4), "") << "within the leeway";
  EXPECT_EQ(with("exp", kNow - 5), "the token has expired");
  EXPECT_EQ(with("nbf", kNow + 5), "");
  EXPECT_EQ(with("nbf", kNow + 6), "the token is not valid yet");
  EXPECT_EQ(with("iat", kNow + 6), "the token was issued in the future");
  for (const json::value& wrong : {json::value("1900000000"), json::value(1.9e9), json::value(nullptr), json::value(-1),
                                   json::value(INT64_MAX), json::value(json::array{kNow + 600}), json::value(true)})
    EXPECT_EQ(with("exp", wrong), "claim \"exp\" is not a time") << wrong;
  EXPECT_EQ(with("aud", "im"), "");
  for (const json::value& wrong : {json::value("IM"), json::value("other"), json::value(json::array{}), json::value(1),
                                   json::value(json::object{{"im", 1}})})
    EXPECT_EQ(with("aud", wrong), "claim \"aud\" does not hold \"im\"") << wrong;
  EXPECT_EQ(with("iss", "shop2"), "claim \"iss\" is not \"shop\"");
  EXPECT_EQ(with("sub", 42), "claim \"sub\" is missing or not a text");
  for (const char* name : {"exp", "sub", "iss", "aud"}) {
    json::object less = claims();
    less.erase(name);
    EXPECT_NE(why_not(signed_claims(less)), "") << name;
  }
}

TEST_F(Jwt, HeadersThatAreNotTaken) {
  const auto head = [&](const std::string& text) { return why_not(signed_texts(text, json::serialize(claims()))); };
  EXPECT_EQ(head(R"({"alg":"HS256","kid":"hs"})"), "");
  for (const char* name : {"crit", "jku", "x5u", "jwk", "x5c", "b64", "zip"})
    EXPECT_NE(head(R"({"alg":"HS256","kid":"hs",")" + std::string(name) + R"(":["x"]})"), "") << name;
  for (const char* alg :
       {"none", "None", "NONE", "nOnE", "", "hs256", "HS384", "HS512", "RS256", "EdDSA", "ES256", "PS256"})
    EXPECT_NE(head(R"({"alg":")" + std::string(alg) + R"(","kid":"hs"})"), "") << alg;
  for (const char* kid : {"", "HS", "hs ", "../hs", "hs\\u0000", "rsa", "ed", "' or 1=1"})
    EXPECT_NE(head(R"({"alg":"HS256","kid":")" + std::string(kid) + "\"}"), "") << kid;
  for (const char* text : {"", "{", "[]", "null", R"({"alg":"HS256"})", R"({"kid":"hs"})",
                           R"({"alg":["HS256"],"kid":"hs"})", R"({"alg":"HS256","alg":"none","kid":"hs"})",
                           R"({"alg":"HS256","kid":"hs","typ":"JWE"})", R"({"alg":"HS256","kid":"hs"} x)"})
    EXPECT_NE(head(text), "") << text;
}

// The classic: the public RSA key as an HMAC secret, with alg HS256 and the RSA key's kid.
TEST_F(Jwt, AlgorithmConfusion) {
  const std::string text =
      to_base64url(json::serialize(header("HS256", "rsa"))) + "." + to_base64url(json::serialize(claims()));
  for (const std::string& secret : {rsa_.jwk(), std::string(), std::string("rsa")})
    EXPECT_EQ(why_not(text + "." + to_base64url(hmac(secret, text))), "alg \"HS256\" is not that of the key \"rsa\"");
}

TEST_F(Jwt, AtLeast200MutatedTokensAreRefused) {
  int mutants = 0;
  const auto refused = [&](const std::string& token, const std::string& what) {
    ++mutants;
    EXPECT_NE(why_not(token), "") << what << ": " << token;
  };
  const std::string good = sign_jwt(claims(), signer_).value();
  ASSERT_EQ(why_not(good), "");
  for (std::size_t i = 0; i < good.size(); ++i) {
    std::string other = good;
    other[i] = other[i] == 'A' ? 'B' : 'A';
    refused(other, "a letter changed");
  }
  for (std::size_t i = 0; i < good.size(); i += 3) refused(good.substr(0, i), "cut");
  for (std::size_t i = 0; i < good.size(); i += 7) refused(good.substr(0, i) + "." + good.substr(i), "one dot more");
  const std::size_t last = good.rfind('.');
  for (const std::string& tail :
       {std::string("."), std::string(".AA"), std::string(), std::string(".="), good.substr(last) + "=",
        good.substr(last) + "A", good.substr(last) + good.substr(last + 1)})
    refused(good.substr(0, last) + tail, "another signature");
  refused(good + std::string(4096, 'A'), "huge");
  refused(" " + good, "space");
  refused(good + "\n", "line end");
  json::object deep = claims();
  json::value nested = 1;
  for (int i = 0; i < 40; ++i) nested = json::array{nested};
  deep["x"] = nested;
  refused(signed_claims(deep), "nested");
  refused(signed_texts(json::serialize(header("HS256", "hs")),
                       R"({"sub":"42","sub":"1","exp":1900000000,"iss":"shop","aud":"im"})"),
          "a claim twice");
  EXPECT_GE(mutants, 200);
  std::printf("mutated tokens=%d\n", mutants);
}

}  // namespace
}  // namespace im
