#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include <boost/json/object.hpp>

#include "common/base/result.hpp"
#include "common/jwt/jwk.hpp"

namespace im {

/// What a token must say beside its signature. Times are Unix seconds.
struct JwtRules {
  std::string issuer;         ///< "" = any
  std::string audience;       ///< "" = any
  std::int64_t leeway_s = 5;  ///< how far clocks may differ
};

struct JwtClaims {
  std::string subject;
  std::string key;  ///< name of the key that signed it
  std::int64_t expires_s = 0;
  std::int64_t issued_s = 0;  ///< 0 = it does not say
  boost::json::object all;
};

/// Checks a compact JWS with these rules (RFC 8725): at most 4 KiB; `kid` names a key of the set and `alg` is that
/// key's; no `crit`, `jku`, `x5u`, `jwk`, `x5c`; `sub` and `exp` are there, times hold, issuer and audience are the
/// wanted ones. Error kDenied: why not, for the log; never to be told to the client.
Result<JwtClaims> verify_jwt(std::string_view token, const JwkSet& keys, const JwtRules& rules, std::int64_t now_s);

/// Signs with HS256 or a private Ed25519 key.
Result<std::string> sign_jwt(const boost::json::object& claims, const Jwk& key);

}  // namespace im
