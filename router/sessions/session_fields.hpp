#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "router/sessions/session.hpp"

/// Sessions as fields of a slot in the store.
namespace im::router {

/// A user's session that has a key.
struct KeyOwner {
  Uid uid;
  SessionEpoch epoch;
  CometInstance comet;  ///< number 0: not known
};

/// Key → user, for the key of a user's session.
struct KeyHome : KeyOwner {
  /// Who had it before and whose end was not told, the newest last: comes back when this login is taken back. Not
  /// stored.
  std::vector<KeyOwner> formers = {};
};

/// "s/<uid>/<key>" at the home slot, value: im.Session of types.proto.
std::string session_field(Uid uid, std::string_view key);
std::string encode(const SessionRow& row);
std::optional<SessionRow> decode_session(std::string_view field, const std::string& value);

/// "h/<key>" at the key's slot, value: "<uid> <session epoch> <comet> <its epoch>".
std::string key_home_field(std::string_view key);
std::string encode(const KeyHome& home);
/// The key and where it points.
std::optional<std::pair<std::string, KeyHome>> decode_key_home(std::string_view field, const std::string& value);

}  // namespace im::router
