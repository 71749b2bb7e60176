#include "logic/identity/jwt_identity.hpp"

#include <charconv>
#include <fstream>
#include <iterator>

#include "common/base/log.hpp"
#include "logic/v1_rules.hpp"

namespace im::logic {

namespace {

constexpr std::int32_t kRoomOfV1Users = 1;

/// The users of this cluster are numbers above 0.
Result<Uid> uid_of(const std::string& subject) {
  std::int64_t uid = 0;
  const auto [end, error] = std::from_chars(subject.data(), subject.data() + subject.size(), uid);
  if (error != std::errc{} || end != subject.data() + subject.size() || uid <= 0 || subject != std::to_string(uid))
    return Error{Error::Code::kDenied, "claim \"sub\" is not a user number above 0"};
  return Uid(uid);
}

}  // namespace

void JwtAuthenticator::replace(JwkSet keys) {
  auto next = std::make_shared<const JwkSet>(std::move(keys));
  const std::lock_guard lock(mutex_);
  keys_ = std::move(next);
}

Result<Identity> JwtAuthenticator::identity_of(std::string_view token) const {
  std::shared_ptr<const JwkSet> keys;
  {
    const std::lock_guard lock(mutex_);
    keys = keys_;
  }
  const auto claims = verify_jwt(token, *keys, rules_, now_s_());
  if (!claims.ok()) return claims.error();
  const auto uid = uid_of(claims.value().subject);
  if (!uid.ok()) return uid.error();
  Identity identity;
  identity.uid = uid.value();
  identity.expires_s = claims.value().expires_s;
  return identity;
}

Result<Identity> JwtAuthenticator::authenticate(std::string_view body) {
  StatedIdentity stated;
  const std::size_t first = body.find_first_not_of(" \t\r\n");
  const bool object = first != std::string_view::npos && body[first] == '{';
  if (object) {
    auto read = read_stated_identity(body);
    if (!read.ok()) return read.error();
    stated = std::move(read).value();
  }
  auto proven = identity_of(object ? std::string_view(stated.token) : body);
  if (!proven.ok()) return proven.error();
  if (stated.has_uid && stated.identity.uid != proven.value().uid)
    return Error{Error::Code::kDenied, "\"mid\" is not the user of the token"};
  Identity identity = std::move(stated.identity);
  identity.uid = proven.value().uid;
  identity.expires_s = proven.value().expires_s;
  // A key names a device of this user and nobody else's.
  identity.key =
      std::to_string(identity.uid.value()) + "/" + (identity.key.empty() ? make_session_key() : identity.key);
  return identity;
}

Result<Identity> JwtAuthenticator::authenticate_v1(std::string_view body) {
  auto identity = identity_of(body);
  if (!identity.ok()) return identity;
  identity.value().key = std::to_string(identity.value().uid.value()) + "_" + make_session_key();
  identity.value().room = v1_room(kRoomOfV1Users);
  return identity;
}

void JwtKeysFile::look() {
  if (!stamp_.changed(path_)) return;
  std::ifstream file(path_, std::ios::binary);
  const std::string text{std::istreambuf_iterator<char>(file), {}};
  auto keys = parse_jwk_set(text);
  if (!file || !keys.ok()) {
    log::error("keys of tokens stay as they were",
               {{"file", path_}, {"why", keys.ok() ? std::string("cannot be read") : keys.error().message}});
    return;
  }
  const std::size_t count = keys.value().size();
  authenticator_.replace(std::move(keys).value());
  log::info("keys of tokens read", {{"file", path_}, {"keys", count}});
}

}  // namespace im::logic
