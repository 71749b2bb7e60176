#include "router/sessions/session_fields.hpp"

#include <charconv>

#include "im/types.pb.h"
#include "router/sessions/session_rows.hpp"

namespace im::router {

namespace {
constexpr std::string_view kSession = "s/";
constexpr std::string_view kKeyHome = "h/";

/// The number at the beginning and the space behind it, if there is one.
template <class Number>
bool take_number(std::string_view& text, Number& number) {
  const auto read = std::from_chars(text.data(), text.data() + text.size(), number);
  if (read.ec != std::errc()) return false;
  text.remove_prefix(static_cast<std::size_t>(read.ptr - text.data()));
  if (text.empty()) return true;
  if (text.front() != ' ') return false;
  text.remove_prefix(1);
  return true;
}
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

std::string encode(const KeyOwner& owner) {
  return std::to_string(owner.uid.value()) + " " + std::to_string(owner.epoch.value()) + " " +
         std::to_string(owner.comet.number.value()) + " " + std::to_string(owner.comet.epoch.value());
}

std::optional<std::pair<std::string, KeyOwner>> decode_key_home(std::string_view field, const std::string& value) {
  if (!field.starts_with(kKeyHome)) return std::nullopt;
  std::int64_t uid = 0;
  std::uint64_t epoch = 0, instance = 0;
  std::uint32_t comet = 0;
  std::string_view rest = value;
  if (!take_number(rest, uid) || !take_number(rest, epoch) || uid <= 0) return std::nullopt;
  if (!rest.empty() && !(take_number(rest, comet) && take_number(rest, instance) && rest.empty())) return std::nullopt;
  const KeyOwner owner{Uid(uid), SessionEpoch(epoch), {CometNumber(comet), InstanceEpoch(instance)}};
  return std::pair{std::string(field.substr(kKeyHome.size())), owner};
}

}  // namespace im::router
