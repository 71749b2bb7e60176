#include "logic/identity/v1_rules.hpp"

#include "common/wire/json_text.hpp"

namespace im::logic {

namespace {

constexpr std::int32_t kRoomOfUsers = 1;
constexpr std::string_view kRoomType = "v1://";

std::optional<std::vector<std::int64_t>> read_uids(std::string_view text) {
  std::vector<std::int64_t> uids;
  if (text == "null") return uids;
  wire::JsonScanner scanner(text, 1);
  if (!scanner.take('[')) return std::nullopt;
  if (scanner.take(']')) return uids;
  do {
    scanner.skip_space();
    const std::size_t start = scanner.position();
    if (!scanner.value()) return std::nullopt;
    const auto uid = go_number<std::int64_t>(scanner.since(start));
    if (!uid) return std::nullopt;
    uids.push_back(*uid);
  } while (scanner.take(','));
  return scanner.take(']') ? std::optional(std::move(uids)) : std::nullopt;
}

}  // namespace

V1Token read_v1_token(std::string_view token) {
  if (const auto uid = go_number<std::int64_t>(token)) return {*uid, kRoomOfUsers, false};
  const std::size_t comma = token.find(',');
  if (comma == std::string_view::npos) return {};
  const auto uid = go_number<std::int64_t>(token.substr(0, comma));
  const auto room = go_number<std::int32_t>(token.substr(comma + 1));
  if (!uid || !room) return {};
  return {*uid, *room, true};
}

std::string v1_room(std::int32_t number) { return std::string(kRoomType) + std::to_string(number); }

std::optional<std::int32_t> v1_room_number(std::string_view key) {
  if (!key.starts_with(kRoomType)) return std::nullopt;
  const auto number = go_number<std::int32_t>(key.substr(kRoomType.size()));
  // Other writings of a number ("v1://007") are other rooms, which no v1 client can be in.
  if (!number || v1_room(*number) != key) return std::nullopt;
  return number;
}

std::optional<V1Pushs> read_v1_pushs(std::string_view body) {
  V1Pushs pushs;
  wire::JsonMembers members(body, wire::kPushedJsonDepth);
  while (members.next()) {
    if (wire::json_name_is(members.name(), "m")) {
      pushs.message = members.value();
    } else if (wire::json_name_is(members.name(), "u")) {
      auto uids = read_uids(members.value());
      if (!uids) return std::nullopt;
      pushs.uids = std::move(*uids);
    }
  }
  return members.ok() ? std::optional(std::move(pushs)) : std::nullopt;
}

}  // namespace im::logic
