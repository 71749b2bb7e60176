#pragma once

#include <cstdint>
#include <string>

#include "common/base/ids.hpp"
#include "common/sql/value.hpp"

namespace im::logic::webim {

inline constexpr const char* kLobby = "webim://lobby";  ///< the room, and the key of its conversation
inline constexpr const char* kPlatform = "webim";       ///< of the sessions of old pages

/// Somebody in the lobby. Name and avatar are safe in HTML.
struct Person {
  Uid uid;
  std::string fd, name, avatar;
};

/// users.kind of old pages, beside those of AccountKind: their names are kept as pages get them.
inline constexpr std::int64_t kPageUser = 3;
/// A name or avatar of the store, safe in HTML.
std::string html_of(const sql::Row& row, std::size_t column, std::size_t kind);

/// The session key of an old page; a user has one page.
inline std::string key_of(Uid uid) { return "webim/" + std::to_string(uid.value()); }

}  // namespace im::logic::webim
