#pragma once

#include <compare>
#include <cstdint>
#include <string>
#include <vector>

#include "common/base/ids.hpp"
#include "common/sql/value.hpp"
#include "logic/store/user_kind.hpp"

namespace im::logic::webim {

inline constexpr const char* kLobby = "webim://lobby";  ///< the room, and the key of its conversation
inline constexpr const char* kPlatform = "webim";       ///< of the sessions of old pages

/// Whether the others have heard that somebody came, as the store has it.
enum class Announced : std::uint8_t {
  kNo,
  kYes,
  kPerhaps,  ///< it was begun
};

/// Somebody in the lobby. Name and avatar are safe in HTML.
struct Person {
  Uid uid;
  std::string fd, name, avatar;
  std::int64_t since_ms = 0;  ///< came in then, by the database's clock; 0: is in no lobby
  bool guest = false;         ///< a page, which never comes back; a user does
  Announced told = Announced::kNo;
};

/// That somebody is in the lobby, since then, or in rooms of the room demo (0).
struct Stay {
  Uid uid;
  std::int64_t since_ms = 0;
  bool told = true;  ///< the others have heard of it, certainly
  /// The sessions that came in: it lasts as long as one of them. None: as long as any session of the user.
  std::vector<SessionEpoch> entered{};
  std::vector<SessionEpoch> ended{};  ///< those of them that are known to have
  friend auto operator<=>(const Stay&, const Stay&) = default;
};

using store::kPageUser;
/// A text of the store, safe in HTML.
std::string html_of(const sql::Row& row, std::size_t column, std::size_t kind);
/// The same, and none where it is too long: lists have a hundred of them.
inline constexpr std::size_t kMaxAvatar = 1024;
std::string avatar_of(const sql::Row& row, std::size_t column, std::size_t kind);

/// The session key of a page of the lobby; a user has one page.
inline std::string key_of(Uid uid) { return "webim/" + std::to_string(uid.value()); }
/// Of a page of the room demo, which is in no lobby. Whoever asks is known by it on every logic, whatever routers know.
inline std::string demo_key_of(Uid uid) { return "webim-demo/" + std::to_string(uid.value()); }

}  // namespace im::logic::webim
