#pragma once

#include <charconv>
#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

/// goim v1's rules (docs/protocol.md "Goim v1"): tokens, rooms, the body of /1/pushs. Pure.
namespace im::logic {

inline constexpr std::int32_t kV1NoRoom = -1;

struct V1Token {
  std::int64_t uid = 0;
  std::int32_t room = kV1NoRoom;
  bool seed_sdk = false;  ///< it had the form of the seed SDKs, "uid,room"
};
/// Never refuses: what cannot be read is user 0 without a room.
V1Token read_v1_token(std::string_view token);

/// Room N as a room key, "v1://N".
std::string v1_room(std::int32_t number);
/// The number in a room key; nothing for other rooms.
std::optional<std::int32_t> v1_room_number(std::string_view key);

struct V1Pushs {
  std::string message;
  std::vector<std::int64_t> uids;
};
/// `{"m":<any JSON>,"u":[1,2]}`; the message is the text of `m` as it was written.
std::optional<V1Pushs> read_v1_pushs(std::string_view body);

/// A whole decimal number as Go's ParseInt reads it.
template <class T>
std::optional<T> go_number(std::string_view text) {
  if (text.size() > 1 && text[0] == '+' && text[1] != '-') text.remove_prefix(1);
  T value{};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return value;
}

}  // namespace im::logic
