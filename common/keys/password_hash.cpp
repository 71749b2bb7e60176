#include "common/keys/password_hash.hpp"

#include <argon2.h>
#include <array>
#include <openssl/rand.h>

namespace im {

namespace {

constexpr std::size_t kSaltBytes = 16;
constexpr std::size_t kHashBytes = 32;

}  // namespace

Result<std::string> PasswordHash::make(std::string_view password) const {
  std::array<unsigned char, kSaltBytes> salt{};
  if (RAND_bytes(salt.data(), static_cast<int>(salt.size())) != 1)
    return Error{Error::Code::kInternal, "no random bytes from the system"};
  std::string text(argon2_encodedlen(cost_.passes, cost_.memory_kib, cost_.lanes, kSaltBytes, kHashBytes, Argon2_id),
                   '\0');
  const int error = argon2id_hash_encoded(cost_.passes, cost_.memory_kib, cost_.lanes, password.data(), password.size(),
                                          salt.data(), salt.size(), kHashBytes, text.data(), text.size());
  if (error != ARGON2_OK) return Error{Error::Code::kInternal, std::string("argon2: ") + argon2_error_message(error)};
  text.resize(text.find('\0'));
  return text;
}

bool PasswordHash::holds(const std::string& hash, std::string_view password) {
  return !hash.empty() && argon2id_verify(hash.c_str(), password.data(), password.size()) == ARGON2_OK;
}

bool PasswordHash::outdated(std::string_view hash) const {
  return !hash.starts_with("$argon2id$v=19$m=" + std::to_string(cost_.memory_kib) +
                           ",t=" + std::to_string(cost_.passes) + ",p=" + std::to_string(cost_.lanes) + "$");
}

}  // namespace im
