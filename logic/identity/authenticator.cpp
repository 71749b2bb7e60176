#include "logic/identity/authenticator.hpp"

#include <algorithm>
#include <cctype>
#include <limits>
#include <optional>

#include <boost/json/parse.hpp>
#include <boost/json/value.hpp>
#include <boost/uuid/random_generator.hpp>
#include <boost/uuid/uuid_io.hpp>

#include "common/base/utf8.hpp"
#include "logic/identity/v1_rules.hpp"

namespace im::logic {

namespace {

namespace json = boost::json;
constexpr std::int32_t kRoomOfV1Users = 1;

std::string lower(std::string_view text) {
  std::string out(text);
  std::transform(out.begin(), out.end(), out.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return out;
}

Error wrong(const std::string& name, const char* type) {
  return {Error::Code::kInvalid, "token field \"" + name + "\" must be " + type};
}

std::optional<std::int32_t> int32_of(const json::value& value) {
  if (!value.is_int64()) return std::nullopt;
  const std::int64_t number = value.get_int64();
  if (number < std::numeric_limits<std::int32_t>::min() || number > std::numeric_limits<std::int32_t>::max())
    return std::nullopt;
  return static_cast<std::int32_t>(number);
}

Status set_string(const std::string& name, const json::value& value, std::string& target) {
  if (!value.is_string()) return wrong(name, "a string");
  target.assign(value.get_string().data(), value.get_string().size());
  return Ok{};
}

Status set_accepts(const json::value& value, std::vector<std::int32_t>& target) {
  if (!value.is_array()) return wrong("accepts", "a list of 32-bit numbers");
  target.clear();
  for (const json::value& item : value.get_array()) {
    const auto op = int32_of(item);
    if (!op) return wrong("accepts", "a list of 32-bit numbers");
    target.push_back(*op);
  }
  return Ok{};
}

/// One member of the token object; unknown names are ignored, null leaves the default, names match in any case.
Status apply(const std::string& name, const json::value& value, StatedIdentity& stated) {
  Identity& identity = stated.identity;
  if (value.is_null()) return Ok{};
  if (name == "mid") {
    if (!value.is_int64()) return wrong(name, "a 64-bit number");
    stated.has_uid = true;
    identity.uid = Uid(value.get_int64());
    return Ok{};
  }
  if (name == "key") return set_string(name, value, identity.key);
  if (name == "room_id") return set_string(name, value, identity.room);
  if (name == "platform") return set_string(name, value, identity.platform);
  if (name == "accepts") return set_accepts(value, identity.accepts);
  if (name == "token" && value.is_string()) return set_string(name, value, stated.token);
  return Ok{};
}

class OpenAuthenticator final : public LocalAuthenticator {
 public:
  Result<Identity> authenticate(std::string_view token) override {
    auto stated = read_stated_identity(token);
    if (!stated.ok()) return stated.error();
    Identity identity = std::move(stated.value().identity);
    if (identity.key.empty()) identity.key = make_session_key();
    return identity;
  }

  Result<Identity> authenticate_v1(std::string_view token) override {
    const V1Token read = read_v1_token(token);
    Identity identity;
    identity.uid = Uid(read.uid);
    // goim counts a user's sessions; here they are told apart by chance, so that a restarted router cannot give a
    // living session's key away.
    identity.key = std::to_string(read.uid) + "_" + make_session_key();
    if (read.room != kV1NoRoom) identity.room = v1_room(read.room);
    identity.single_frames = read.seed_sdk;
    return identity;
  }
};

}  // namespace

void LocalAuthenticator::identify(AuthAsk ask, Done done) {
  done(ask.family == ClientFamily::kGoimV1 ? authenticate_v1(ask.token) : authenticate(ask.token));
}

std::string make_session_key() {
  thread_local boost::uuids::random_generator generate;
  return boost::uuids::to_string(generate());
}

Result<StatedIdentity> read_stated_identity(std::string_view body) {
  boost::system::error_code error;
  json::parse_options options;
  options.max_depth = 32;
  const std::string text = to_utf8(body);  // as Go does: U+FFFD for each byte that is no text
  const json::value root = json::parse(text, error, {}, options);
  if (error) return Error{Error::Code::kInvalid, "token is not JSON: " + error.message()};
  if (!root.is_object() && !root.is_null()) return Error{Error::Code::kInvalid, "token is not a JSON object"};
  StatedIdentity stated;
  if (root.is_object()) {
    for (const auto& [name, value] : root.get_object()) {
      const Status status = apply(lower({name.data(), name.size()}), value, stated);
      if (!status.ok()) return status.error();
    }
  }
  if (stated.identity.key.size() > 512) return Error{Error::Code::kInvalid, "token field \"key\" is over 512 bytes"};
  return stated;
}

bool is_object_body(std::string_view body) {
  const std::size_t first = body.find_first_not_of(" \t\r\n");
  return first != std::string_view::npos && body[first] == '{';
}

Result<Identity> combine(Uid uid, StatedIdentity stated) {
  if (stated.has_uid && stated.identity.uid != uid)
    return Error{Error::Code::kDenied, "\"mid\" is not the user of the token"};
  Identity identity = std::move(stated.identity);
  identity.uid = uid;
  identity.revocable = true;
  identity.key = std::to_string(uid.value()) + "/" + (identity.key.empty() ? make_session_key() : identity.key);
  return identity;
}

Identity combine_v1(Uid uid) {
  Identity identity;
  identity.uid = uid;
  identity.revocable = true;
  identity.key = std::to_string(uid.value()) + "_" + make_session_key();
  identity.room = v1_room(kRoomOfV1Users);
  return identity;
}

std::unique_ptr<LocalAuthenticator> make_open_authenticator() { return std::make_unique<OpenAuthenticator>(); }

}  // namespace im::logic
