#pragma once

#include <string>

#include "common/base/ids.hpp"

namespace im::logic::webim {

inline constexpr const char* kLobby = "webim://lobby";  ///< the room, and the key of its conversation
inline constexpr const char* kPlatform = "webim";       ///< of the sessions of old pages

/// Somebody in the lobby. Name and avatar are safe in HTML.
struct Person {
  Uid uid;
  std::string fd, name, avatar;
};

/// The session key of an old page; a user has one page.
inline std::string key_of(Uid uid) { return "webim/" + std::to_string(uid.value()); }

}  // namespace im::logic::webim
