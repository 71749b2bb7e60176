#include "common/keys/api_key.hpp"

#include <algorithm>
#include <array>
#include <openssl/crypto.h>
#include <openssl/rand.h>
#include <stdexcept>

#include "common/keys/digest.hpp"

namespace im {

namespace {

constexpr std::string_view kPrefix = "imk_";
constexpr std::size_t kIdSize = 8;
constexpr std::size_t kSecretSize = 43;  ///< 256 bits and a little more
constexpr std::string_view kLetters = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

std::string random_letters(std::size_t size) {
  std::string out;
  std::array<unsigned char, 64> bytes{};
  while (out.size() < size) {
    if (RAND_bytes(bytes.data(), static_cast<int>(bytes.size())) != 1)
      throw std::runtime_error("no random bytes from the system");
    for (const unsigned char byte : bytes) {
      // 248 = 4 * 62: what lies above would make the first letters likelier.
      if (byte < 4 * kLetters.size() && out.size() < size) out += kLetters[byte % kLetters.size()];
    }
  }
  return out;
}

}  // namespace

bool ApiKey::may(std::string_view scope) const {
  return std::find(scopes.begin(), scopes.end(), scope) != scopes.end();
}

NewApiKey make_api_key(ApiKey fields) {
  fields.id = random_letters(kIdSize);
  const std::string secret = random_letters(kSecretSize);
  fields.hash = sha256_hex(secret);
  std::string text = std::string(kPrefix) + fields.id + "_" + secret;
  return {std::move(fields), std::move(text)};
}

ApiKeyText split_api_key(std::string_view text) {
  if (text.size() != kPrefix.size() + kIdSize + 1 + kSecretSize || !text.starts_with(kPrefix)) return {};
  text.remove_prefix(kPrefix.size());
  if (text[kIdSize] != '_') return {};
  return {text.substr(0, kIdSize), text.substr(kIdSize + 1)};
}

bool proves(const ApiKey& key, std::string_view secret) {
  const std::string hash = sha256_hex(secret);
  return key.hash.size() == hash.size() && CRYPTO_memcmp(key.hash.data(), hash.data(), hash.size()) == 0;
}

}  // namespace im
