#include "common/keys/digest.hpp"

#include <array>
#include <openssl/evp.h>

namespace im {

struct Sha256::State {
  EVP_MD_CTX* context = EVP_MD_CTX_new();
  ~State() { EVP_MD_CTX_free(context); }
};

Sha256::Sha256() : state_(std::make_unique<State>()) { EVP_DigestInit_ex(state_->context, EVP_sha256(), nullptr); }
Sha256::Sha256(const Sha256& other) : state_(std::make_unique<State>()) {
  EVP_MD_CTX_copy_ex(state_->context, other.state_->context);
}
Sha256::~Sha256() = default;

void Sha256::add(std::string_view piece) { EVP_DigestUpdate(state_->context, piece.data(), piece.size()); }

std::string Sha256::hex() {
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
  unsigned int size = 0;
  EVP_DigestFinal_ex(state_->context, digest.data(), &size);
  std::string hex;
  for (unsigned int i = 0; i < size; ++i) {
    hex += "0123456789abcdef"[digest[i] >> 4];
    hex += "0123456789abcdef"[digest[i] & 15];
  }
  return hex;
}

std::string sha256_hex(std::string_view text) {
  Sha256 digest;
  digest.add(text);
  return digest.hex();
}

}  // namespace im
