#include "logic/hooks/hook_signature.hpp"

#include <array>
#include <openssl/evp.h>
#include <openssl/hmac.h>

namespace im::logic {

std::string hook_signature(std::string_view secret, std::int64_t unix_s, std::string_view body) {
  const std::string time = std::to_string(unix_s);
  const std::string text = time + "." + std::string(body);
  std::array<unsigned char, EVP_MAX_MD_SIZE> mac{};
  unsigned int size = 0;
  HMAC(EVP_sha256(), secret.data(), static_cast<int>(secret.size()),
       reinterpret_cast<const unsigned char*>(text.data()), text.size(), mac.data(), &size);
  std::string out = "t=" + time + ",v1=";
  for (unsigned int i = 0; i < size; ++i) {
    constexpr std::string_view kDigits = "0123456789abcdef";
    out += kDigits[mac[i] >> 4U];
    out += kDigits[mac[i] & 15U];
  }
  return out;
}

}  // namespace im::logic
