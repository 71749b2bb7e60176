#include <string>

#include "common/jwt/jwt.hpp"
#include "tests/fuzz/check.hpp"

using im::fuzz::check;

namespace {

/// Made anew in each process: no input can be signed with it.
const im::JwkSet& our_keys() {
  static const im::JwkSet keys =
      im::parse_jwk_set(R"({"keys":[)" + im::make_jwk(im::JwtAlgorithm::kEdDsa, "a").public_json + "," +
                        im::make_jwk(im::JwtAlgorithm::kHs256, "b").public_json + "]}")
          .value();
  return keys;
}

}  // namespace

/// As a token, and as a file of keys.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view input = im::fuzz::text_of(data, size);
  const auto claims = im::verify_jwt(input, our_keys(), {}, 1'800'000'000);
  check(!claims.ok() && !claims.error().message.empty(), "no token is good without a key, and it is said why");
  const auto keys = im::parse_jwk_set(input);
  if (!keys.ok()) {
    check(!keys.error().message.empty(), "a bad set says why");
    return 0;
  }
  for (const auto& [kid, key] : keys.value()) {
    check(kid == key.kid, "keys are found by their kid");
    check(key.algorithm == im::JwtAlgorithm::kHs256 ? key.secret.size() >= 32 : key.pkey != nullptr, "a key can check");
    if (key.can_sign) check(im::sign_jwt({{"sub", "1"}}, key).ok(), "what says it can sign signs");
  }
  return 0;
}
