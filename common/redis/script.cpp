#include "common/redis/script.hpp"

#include <array>
#include <openssl/sha.h>
#include <utility>

namespace im::redis {

Script::Script(std::string lua) : text(std::move(lua)) {
  std::array<unsigned char, SHA_DIGEST_LENGTH> digest{};
  SHA1(reinterpret_cast<const unsigned char*>(text.data()), text.size(), digest.data());
  for (const unsigned char byte : digest) {
    sha += "0123456789abcdef"[byte >> 4];
    sha += "0123456789abcdef"[byte & 15];
  }
}

}  // namespace im::redis
