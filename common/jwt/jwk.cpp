#include "common/jwt/jwk.hpp"

#include <array>
#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/evp.h>
#include <openssl/param_build.h>
#include <openssl/rand.h>
#include <openssl/x509.h>
#include <stdexcept>

#include <boost/json/serialize.hpp>
#include <boost/json/value_to.hpp>

#include "common/base/base64.hpp"
#include "common/json/strict_json.hpp"

namespace im {

namespace {

namespace json = boost::json;
constexpr std::size_t kMinSecret = 32;
constexpr std::size_t kMaxKid = 128;
constexpr int kMinRsaBits = 2048;
constexpr std::size_t kEd25519Bytes = 32;

struct Wrong {
  std::string text;
};

std::shared_ptr<evp_pkey_st> owned(EVP_PKEY* key) { return {key, EVP_PKEY_free}; }
const unsigned char* bytes_of(const std::string& text) { return reinterpret_cast<const unsigned char*>(text.data()); }

std::string text_of(const json::object& object, const char* name) {
  const json::value* value = object.if_contains(name);
  if (value == nullptr || !value->is_string()) throw Wrong{std::string("\"") + name + "\" is missing or not a text"};
  return json::value_to<std::string>(*value);
}

std::string value_of(const json::object& object, const char* name) {
  auto bytes = from_base64url(text_of(object, name));
  if (!bytes) throw Wrong{std::string("\"") + name + "\" is not base64url"};
  return std::move(*bytes);
}

std::shared_ptr<evp_pkey_st> rsa_key(const std::string& n, const std::string& e) {
  const std::unique_ptr<BIGNUM, void (*)(BIGNUM*)> modulus(BN_bin2bn(bytes_of(n), static_cast<int>(n.size()), nullptr),
                                                           BN_free);
  const std::unique_ptr<BIGNUM, void (*)(BIGNUM*)> exponent(BN_bin2bn(bytes_of(e), static_cast<int>(e.size()), nullptr),
                                                            BN_free);
  if (BN_num_bits(modulus.get()) < kMinRsaBits) throw Wrong{"the RSA key has fewer than 2048 bits"};
  const std::unique_ptr<OSSL_PARAM_BLD, void (*)(OSSL_PARAM_BLD*)> build(OSSL_PARAM_BLD_new(), OSSL_PARAM_BLD_free);
  OSSL_PARAM_BLD_push_BN(build.get(), OSSL_PKEY_PARAM_RSA_N, modulus.get());
  OSSL_PARAM_BLD_push_BN(build.get(), OSSL_PKEY_PARAM_RSA_E, exponent.get());
  const std::unique_ptr<OSSL_PARAM, void (*)(OSSL_PARAM*)> params(OSSL_PARAM_BLD_to_param(build.get()),
                                                                  OSSL_PARAM_free);
  const std::unique_ptr<EVP_PKEY_CTX, void (*)(EVP_PKEY_CTX*)> context(
      EVP_PKEY_CTX_new_from_name(nullptr, "RSA", nullptr), EVP_PKEY_CTX_free);
  EVP_PKEY* key = nullptr;
  if (EVP_PKEY_fromdata_init(context.get()) <= 0 ||
      EVP_PKEY_fromdata(context.get(), &key, EVP_PKEY_PUBLIC_KEY, params.get()) <= 0)
    throw Wrong{"\"n\" and \"e\" are not an RSA key"};
  return owned(key);
}

void read_ed25519(const json::object& object, Jwk& key) {
  if (text_of(object, "crv") != "Ed25519") throw Wrong{"\"crv\" must be Ed25519"};
  const std::string x = value_of(object, "x");
  if (x.size() != kEd25519Bytes) throw Wrong{"\"x\" must have 32 bytes"};
  if (!object.contains("d")) {
    key.pkey = owned(EVP_PKEY_new_raw_public_key(EVP_PKEY_ED25519, nullptr, bytes_of(x), x.size()));
    return;
  }
  const std::string d = value_of(object, "d");
  if (d.size() != kEd25519Bytes) throw Wrong{"\"d\" must have 32 bytes"};
  key.pkey = owned(EVP_PKEY_new_raw_private_key(EVP_PKEY_ED25519, nullptr, bytes_of(d), d.size()));
  key.can_sign = true;
}

/// The public half, or the secret; hashed, so that it may be kept and logged.
std::string fingerprint(const Jwk& key) {
  std::string material = key.secret;
  if (key.pkey) {
    unsigned char* der = nullptr;
    const int size = i2d_PUBKEY(key.pkey.get(), &der);
    if (size > 0) material.assign(reinterpret_cast<const char*>(der), static_cast<std::size_t>(size));
    OPENSSL_free(der);
  }
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
  EVP_Digest(material.data(), material.size(), digest.data(), nullptr, EVP_sha256(), nullptr);
  return to_base64url({reinterpret_cast<const char*>(digest.data()), 12});
}

Jwk read_key(const json::value& value) {
  if (!value.is_object()) throw Wrong{"must be an object"};
  const json::object& object = value.get_object();
  Jwk key;
  key.kid = text_of(object, "kid");
  if (key.kid.empty() || key.kid.size() > kMaxKid) throw Wrong{"\"kid\" must have 1 to 128 bytes"};
  const std::string type = text_of(object, "kty");
  const std::string algorithm = text_of(object, "alg");
  if (type == "oct" && algorithm == "HS256") {
    key.secret = value_of(object, "k");
    if (key.secret.size() < kMinSecret) throw Wrong{"\"k\" has fewer than 32 bytes"};
    key.can_sign = true;
  } else if (type == "RSA" && algorithm == "RS256") {
    if (object.contains("d")) throw Wrong{"is a private key; here only \"n\" and \"e\" belong"};
    key.algorithm = JwtAlgorithm::kRs256;
    key.pkey = rsa_key(value_of(object, "n"), value_of(object, "e"));
  } else if (type == "OKP" && algorithm == "EdDSA") {
    key.algorithm = JwtAlgorithm::kEdDsa;
    read_ed25519(object, key);
  } else {
    throw Wrong{"\"kty\" and \"alg\" must be oct and HS256, RSA and RS256, or OKP and EdDSA"};
  }
  key.name = key.kid + "#" + fingerprint(key);
  return key;
}

}  // namespace

const char* to_string(JwtAlgorithm algorithm) {
  switch (algorithm) {
    case JwtAlgorithm::kHs256:
      return "HS256";
    case JwtAlgorithm::kRs256:
      return "RS256";
    case JwtAlgorithm::kEdDsa:
      return "EdDSA";
  }
  return "";
}

Result<JwkSet> parse_jwk_set(std::string_view text) {
  const auto parsed = parse_strict_json(text);
  if (!parsed.ok()) return parsed.error();
  const json::object* root = parsed.value().if_object();
  const json::value* list = root == nullptr ? nullptr : root->if_contains("keys");
  if (list == nullptr || !list->is_array())
    return Error{Error::Code::kInvalid, "must be an object with a list \"keys\""};
  JwkSet keys;
  std::size_t index = 0;
  for (const json::value& item : list->get_array()) {
    const std::string place = "keys[" + std::to_string(index++) + "]: ";
    try {
      Jwk key = read_key(item);
      const std::string kid = key.kid;
      if (!keys.emplace(kid, std::move(key)).second)
        return Error{Error::Code::kInvalid, place + "the kid \"" + kid + "\" stands twice"};
    } catch (const Wrong& wrong) {
      return Error{Error::Code::kInvalid, place + wrong.text};
    }
  }
  return keys;
}

NewJwk make_jwk(JwtAlgorithm algorithm, const std::string& kid) {
  json::object key{{"kid", kid}, {"alg", to_string(algorithm)}};
  std::string bytes(kEd25519Bytes, '\0');
  if (RAND_bytes(reinterpret_cast<unsigned char*>(bytes.data()), static_cast<int>(bytes.size())) != 1)
    throw std::runtime_error("no random bytes from the system");
  if (algorithm == JwtAlgorithm::kHs256) {
    key["kty"] = "oct";
    key["k"] = to_base64url(bytes);
    return {json::serialize(key), json::serialize(key)};
  }
  if (algorithm != JwtAlgorithm::kEdDsa) throw std::runtime_error("RS256 keys are made elsewhere");
  const auto pkey = owned(EVP_PKEY_new_raw_private_key(EVP_PKEY_ED25519, nullptr, bytes_of(bytes), bytes.size()));
  std::array<unsigned char, kEd25519Bytes> x{};
  std::size_t size = x.size();
  EVP_PKEY_get_raw_public_key(pkey.get(), x.data(), &size);
  key["kty"] = "OKP";
  key["crv"] = "Ed25519";
  key["x"] = to_base64url({reinterpret_cast<const char*>(x.data()), x.size()});
  const std::string public_json = json::serialize(key);
  key["d"] = to_base64url(bytes);
  return {json::serialize(key), public_json};
}

}  // namespace im
