#pragma once

#include <map>
#include <memory>
#include <string>
#include <string_view>

#include "common/base/result.hpp"

struct evp_pkey_st;

namespace im {

enum class JwtAlgorithm { kHs256, kRs256, kEdDsa };
const char* to_string(JwtAlgorithm algorithm);  ///< as `alg` spells it

/// One key. The algorithm belongs to the key, never to the token (RFC 8725 section 3.1).
struct Jwk {
  std::string kid;
  std::string name;  ///< kid and a fingerprint: another key under the same id has another name. Never the secret
  JwtAlgorithm algorithm = JwtAlgorithm::kHs256;
  std::string secret;  ///< HS256: at least 32 bytes
  std::shared_ptr<evp_pkey_st>
      pkey;  ///< RS256: public, at least 2048 bits; EdDSA: Ed25519, private when the JWK had "d"
  bool can_sign = false;
};

/// Keys by kid.
using JwkSet = std::map<std::string, Jwk, std::less<>>;

/// A JWK Set (RFC 7517): {"keys":[{"kty":"oct","alg":"HS256","kid":"a","k":...},
/// {"kty":"RSA","alg":"RS256","kid":"b","n":...,"e":...},
/// {"kty":"OKP","crv":"Ed25519","alg":"EdDSA","kid":"c","x":...[,"d":...]}]}. Errors name the entry and what is wrong
/// with it.
Result<JwkSet> parse_jwk_set(std::string_view text);

/// A fresh key as JWK JSON objects: what signs and what checks (the same for HS256). RS256 keys come from elsewhere.
struct NewJwk {
  std::string private_json, public_json;
};
NewJwk make_jwk(JwtAlgorithm algorithm, const std::string& kid);

}  // namespace im
