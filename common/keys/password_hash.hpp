#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "common/base/result.hpp"

namespace im {

/// What one guess of a password costs. The defaults are those of the OWASP cheat sheet for Argon2id.
struct PasswordCost {
  std::uint32_t memory_kib = 19 * 1024;
  std::uint32_t passes = 2;
  std::uint32_t lanes = 1;
};

/// Argon2id, as PHC strings ("$argon2id$v=19$m=...,t=...,p=...$salt$hash"). Takes tens of milliseconds and its memory:
/// never on a thread of an io_context. Any thread.
class PasswordHash {
 public:
  explicit PasswordHash(PasswordCost cost) : cost_(cost) {}
  Result<std::string> make(std::string_view password) const;
  /// Whatever parameters the hash was made with.
  static bool holds(const std::string& hash, std::string_view password);
  /// It was made with other parameters: worth making anew when the password is at hand.
  bool outdated(std::string_view hash) const;

 private:
  const PasswordCost cost_;
};

}  // namespace im
