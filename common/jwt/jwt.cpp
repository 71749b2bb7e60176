#include "common/jwt/jwt.hpp"

#include <array>
#include <memory>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <boost/json/serialize.hpp>
#include <boost/json/value_to.hpp>

#include "common/base/base64.hpp"
#include "common/json/strict_json.hpp"

namespace im {

namespace {

namespace json = boost::json;
constexpr std::size_t kMaxToken = 4096;

using DigestContext = std::unique_ptr<EVP_MD_CTX, void (*)(EVP_MD_CTX*)>;

Error denied(const std::string& why) { return {Error::Code::kDenied, why}; }
const unsigned char* octets(std::string_view text) { return reinterpret_cast<const unsigned char*>(text.data()); }

std::string hmac_sha256(const std::string& secret, std::string_view text) {
  std::array<unsigned char, EVP_MAX_MD_SIZE> mac{};
  unsigned int size = 0;
  HMAC(EVP_sha256(), secret.data(), static_cast<int>(secret.size()), octets(text), text.size(), mac.data(), &size);
  return {reinterpret_cast<const char*>(mac.data()), size};
}

bool signature_holds(const Jwk& key, std::string_view text, const std::string& signature) {
  if (key.algorithm == JwtAlgorithm::kHs256) {
    const std::string wanted = hmac_sha256(key.secret, text);
    return signature.size() == wanted.size() && CRYPTO_memcmp(signature.data(), wanted.data(), wanted.size()) == 0;
  }
  const DigestContext context(EVP_MD_CTX_new(), EVP_MD_CTX_free);
  const EVP_MD* digest = key.algorithm == JwtAlgorithm::kRs256 ? EVP_sha256() : nullptr;
  return EVP_DigestVerifyInit(context.get(), nullptr, digest, nullptr, key.pkey.get()) == 1 &&
         EVP_DigestVerify(context.get(), octets(signature), signature.size(), octets(text), text.size()) == 1;
}

Result<json::object> object_of(std::string_view part, const char* name) {
  const auto text = from_base64url(part);
  if (!text) return denied(std::string(name) + " is not base64url");
  auto value = parse_strict_json(*text);
  if (!value.ok()) return denied(std::string(name) + ": " + value.error().message);
  if (!value.value().is_object()) return denied(std::string(name) + " is not an object");
  return std::move(value.value().get_object());
}

std::optional<std::string> text_in(const json::object& object, const char* name) {
  const json::value* value = object.if_contains(name);
  if (value == nullptr || !value->is_string()) return std::nullopt;
  return json::value_to<std::string>(*value);
}

/// The key that the header names, or why it may not be used.
Result<const Jwk*> key_of(const json::object& header, const JwkSet& keys) {
  for (const char* name : {"crit", "jku", "x5u", "jwk", "x5c", "b64", "zip"}) {
    if (header.contains(name)) return denied(std::string("header \"") + name + "\" is not accepted");
  }
  if (header.contains("typ") && text_in(header, "typ") != "JWT") return denied("header \"typ\" is not JWT");
  const auto kid = text_in(header, "kid");
  const auto algorithm = text_in(header, "alg");
  if (!kid || !algorithm) return denied("header \"kid\" or \"alg\" is missing");
  const auto found = keys.find(*kid);
  if (found == keys.end()) return denied("kid \"" + *kid + "\" is not known");
  if (*algorithm != to_string(found->second.algorithm))
    return denied("alg \"" + *algorithm + "\" is not that of the key \"" + *kid + "\"");
  return &found->second;
}

/// A whole number of seconds in the years 1970 to 9999; nothing when absent, an error when it is something else.
Result<std::optional<std::int64_t>> time_in(const json::object& claims, const char* name) {
  constexpr std::int64_t kEndOfTime = 253402300799;
  const json::value* value = claims.if_contains(name);
  if (value == nullptr) return std::optional<std::int64_t>();
  if (!value->is_int64() || value->get_int64() < 0 || value->get_int64() > kEndOfTime)
    return denied(std::string("claim \"") + name + "\" is not a time");
  return std::optional(value->get_int64());
}

bool is_for(const json::object& claims, const std::string& audience) {
  const json::value* value = claims.if_contains("aud");
  if (value == nullptr) return false;
  if (value->is_string()) return json::value_to<std::string>(*value) == audience;
  if (!value->is_array()) return false;
  for (const json::value& one : value->get_array()) {
    if (one.is_string() && json::value_to<std::string>(one) == audience) return true;
  }
  return false;
}

Status times_hold(const json::object& claims, const JwtRules& rules, std::int64_t now_s, JwtClaims& out) {
  const auto expires = time_in(claims, "exp");
  const auto not_before = time_in(claims, "nbf");
  const auto issued = time_in(claims, "iat");
  for (const auto* time : {&expires, &not_before, &issued}) {
    if (!time->ok()) return time->error();
  }
  if (!expires.value()) return denied("claim \"exp\" is missing");
  out.expires_s = *expires.value();
  out.issued_s = issued.value().value_or(0);
  if (out.expires_s + rules.leeway_s <= now_s) return denied("the token has expired");
  if (not_before.value().value_or(0) > now_s + rules.leeway_s) return denied("the token is not valid yet");
  if (issued.value().value_or(0) > now_s + rules.leeway_s) return denied("the token was issued in the future");
  return Ok{};
}

}  // namespace

Result<JwtClaims> verify_jwt(std::string_view token, const JwkSet& keys, const JwtRules& rules, std::int64_t now_s) {
  if (token.size() > kMaxToken) return denied("the token is larger than 4 KiB");
  const std::size_t first = token.find('.');
  const std::size_t second = first == std::string_view::npos ? first : token.find('.', first + 1);
  if (second == std::string_view::npos || token.find('.', second + 1) != std::string_view::npos)
    return denied("the token has not three parts");
  const auto header = object_of(token.substr(0, first), "header");
  if (!header.ok()) return header.error();
  const auto key = key_of(header.value(), keys);
  if (!key.ok()) return key.error();
  const auto signature = from_base64url(token.substr(second + 1));
  if (!signature || !signature_holds(*key.value(), token.substr(0, second), *signature))
    return denied("the signature does not hold");
  auto payload = object_of(token.substr(first + 1, second - first - 1), "payload");
  if (!payload.ok()) return payload.error();
  JwtClaims claims;
  const Status times = times_hold(payload.value(), rules, now_s, claims);
  if (!times.ok()) return times.error();
  const auto subject = text_in(payload.value(), "sub");
  if (!subject) return denied("claim \"sub\" is missing or not a text");
  claims.subject = *subject;
  claims.key = key.value()->name;
  if (!rules.issuer.empty() && text_in(payload.value(), "iss") != rules.issuer)
    return denied("claim \"iss\" is not \"" + rules.issuer + "\"");
  if (!rules.audience.empty() && !is_for(payload.value(), rules.audience))
    return denied("claim \"aud\" does not hold \"" + rules.audience + "\"");
  claims.all = std::move(payload).value();
  return claims;
}

Result<std::string> sign_jwt(const json::object& claims, const Jwk& key) {
  if (!key.can_sign) return Error{Error::Code::kInvalid, "the key \"" + key.kid + "\" has no private part"};
  const json::object header{{"alg", to_string(key.algorithm)}, {"typ", "JWT"}, {"kid", key.kid}};
  const std::string text = to_base64url(json::serialize(header)) + "." + to_base64url(json::serialize(claims));
  if (key.algorithm == JwtAlgorithm::kHs256) return text + "." + to_base64url(hmac_sha256(key.secret, text));
  const DigestContext context(EVP_MD_CTX_new(), EVP_MD_CTX_free);
  std::array<unsigned char, 64> signature{};
  std::size_t size = signature.size();
  if (EVP_DigestSignInit(context.get(), nullptr, nullptr, nullptr, key.pkey.get()) != 1 ||
      EVP_DigestSign(context.get(), signature.data(), &size, octets(text), text.size()) != 1)
    return Error{Error::Code::kInternal, "the key \"" + key.kid + "\" cannot sign"};
  return text + "." + to_base64url({reinterpret_cast<const char*>(signature.data()), size});
}

}  // namespace im
