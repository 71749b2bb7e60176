#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "router/sessions/session.hpp"

/// Sessions as fields of a slot in the store.
namespace im::router {

/// A user's session that has a key: key → user.
struct KeyOwner {
  Uid uid;
  SessionEpoch epoch;
  CometInstance comet;  ///< number 0: not known
};

/// "s/<uid>/<key>" at the home slot, value: im.Session of types.proto.
std::string session_field(Uid uid, std::string_view key);
std::string encode(const SessionRow& row);
std::optional<SessionRow> decode_session(std::string_view field, const std::string& value);

/// "h/<key>" at the key's slot, value: "<uid> <session epoch> <comet> <its epoch>".
std::string key_home_field(std::string_view key);
std::string encode(const KeyOwner& owner);
/// The key and where it points.
std::optional<std::pair<std::string, KeyOwner>> decode_key_home(std::string_view field, const std::string& value);

}  // namespace im::router
