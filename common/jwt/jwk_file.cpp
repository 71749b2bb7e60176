#include "common/jwt/jwk_file.hpp"

#include <algorithm>

#include "common/base/secret_file.hpp"

namespace im {

Result<JwkSet> read_jwk_file(const std::string& path) {
  const auto text = read_secret_file(path, FileSecrecy::kPublic);
  if (!text.ok()) return text.error();
  auto keys = parse_jwk_set(text.value());
  if (!keys.ok()) return keys;
  const bool secret = std::ranges::any_of(keys.value(), [](const auto& entry) { return entry.second.can_sign; });
  if (!secret) return keys;
  if (const auto alone = read_secret_file(path); !alone.ok()) return alone.error();
  return keys;
}

}  // namespace im
