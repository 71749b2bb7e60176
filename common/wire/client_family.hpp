#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

namespace im {

/// Which protocol a client was written for, as far as its login and its deadlines care. Several dialects of comet may
/// belong to one family. The numbers are those of im.Dialect (proto/im/types.proto).
enum class ClientFamily : std::uint8_t {
  kGoimV2 = 0,  ///< its token is a JSON object or a JWT
  kGoimV1 = 1,  ///< its token is a decimal user id, "uid,room" of the seed SDKs, or a JWT
  kWebim = 2,   ///< its token is the login of the old chat page: a name and an avatar
};
inline constexpr std::size_t kClientFamilies = 3;

template <class T>
using PerFamily = std::array<T, kClientFamilies>;

constexpr std::size_t index_of(ClientFamily family) { return static_cast<std::size_t>(family); }
/// As hooks are told it (docs/identity.md): "goim_v2".
constexpr const char* to_string(ClientFamily family) {
  return PerFamily<const char*>{"goim_v2", "goim_v1", "webim"}[index_of(family)];
}

}  // namespace im
