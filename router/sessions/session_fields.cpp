#include "router/sessions/session_fields.hpp"

#include <charconv>

#include "im/types.pb.h"
#include "router/sessions/session_rows.hpp"

namespace im::router {

namespace {
constexpr std::string_view kSession = "s/";
constexpr std::string_view kKeyHome = "h/";
}  // namespace

std::string session_field(Uid uid, std::string_view key) {
  return std::string(kSession) + std::to_string(uid.value() > 0 ? uid.value() : 0) + "/" + std::string(key);
}

std::string encode(const SessionRow& row) {
  im::Session session;
  fill(session, row);
  return session.SerializeAsString();
}

std::optional<SessionRow> decode_session(std::string_view field, const std::string& value) {
  im::Session session;
  if (!field.starts_with(kSession) || !session.ParseFromString(value) || session.key().empty()) return std::nullopt;
  SessionRow row = row_of(session);
  row.confirmed = false;
  return row;
}

std::string key_home_field(std::string_view key) { return std::string(kKeyHome) + std::string(key); }

std::string encode(const KeyHome& home) {
  return std::to_string(home.uid.value()) + " " + std::to_string(home.epoch.value());
}

std::optional<std::pair<std::string, KeyHome>> decode_key_home(std::string_view field, const std::string& value) {
  if (!field.starts_with(kKeyHome)) return std::nullopt;
  std::int64_t uid = 0;
  std::uint64_t epoch = 0;
  const char* end = value.data() + value.size();
  const auto first = std::from_chars(value.data(), end, uid);
  if (first.ec != std::errc() || first.ptr == end || *first.ptr != ' ') return std::nullopt;
  const auto second = std::from_chars(first.ptr + 1, end, epoch);
  if (second.ec != std::errc() || second.ptr != end || uid <= 0) return std::nullopt;
  return std::pair{std::string(field.substr(kKeyHome.size())), KeyHome{Uid(uid), SessionEpoch(epoch)}};
}

}  // namespace im::router
