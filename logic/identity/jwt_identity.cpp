#include "logic/identity/jwt_identity.hpp"

#include <algorithm>
#include <charconv>

#include "common/base/log.hpp"
#include "common/jwt/jwk_file.hpp"

namespace im::logic {

namespace {

/// The users of this cluster are numbers above 0.
Result<Uid> uid_of(const std::string& subject) {
  std::int64_t uid = 0;
  const auto [end, error] = std::from_chars(subject.data(), subject.data() + subject.size(), uid);
  if (error != std::errc{} || end != subject.data() + subject.size() || uid <= 0 || subject != std::to_string(uid))
    return Error{Error::Code::kDenied, "claim \"sub\" is not a user number above 0"};
  return Uid(uid);
}

Result<std::string> device_of(const boost::json::object& claims) {
  const boost::json::value* value = claims.if_contains("dev");
  if (value == nullptr) return std::string();
  if (!value->is_string() || value->get_string().empty() || value->get_string().size() > 64)
    return Error{Error::Code::kDenied, "claim \"dev\" is not a text of 1 to 64 bytes"};
  return std::string(value->get_string().data(), value->get_string().size());
}

}  // namespace

void JwtAuthenticator::replace(JwkSet keys) {
  const auto next = std::make_shared<const JwkSet>(std::move(keys));
  std::shared_ptr<const JwkSet> before = next;
  {
    const std::lock_guard lock(mutex_);
    keys_.swap(before);
  }
  if (!tell_gone_) return;
  for (const auto& [kid, key] : *before)
    if (!has(*next, key.name)) tell_gone_(key.name);
}

bool JwtAuthenticator::has(const JwkSet& keys, const std::string& name) {
  return std::ranges::any_of(keys, [&](const auto& one) { return one.second.name == name; });
}

bool JwtAuthenticator::knows_key(const std::string& name) const {
  const std::lock_guard lock(mutex_);
  return has(*keys_, name);
}

std::vector<std::string> JwtAuthenticator::key_names() const {
  const std::lock_guard lock(mutex_);
  std::vector<std::string> names;
  for (const auto& [kid, key] : *keys_) names.push_back(key.name);
  return names;
}

Result<JwtAuthenticator::Proven> JwtAuthenticator::proven_by(std::string_view token) const {
  std::shared_ptr<const JwkSet> keys;
  {
    const std::lock_guard lock(mutex_);
    keys = keys_;
  }
  const auto claims = verify_jwt(token, *keys, rules_, now_s_());
  if (!claims.ok()) return claims.error();
  const auto uid = uid_of(claims.value().subject);
  if (!uid.ok()) return uid.error();
  auto device = device_of(claims.value().all);
  if (!device.ok()) return device.error();
  return Proven{uid.value(), claims.value().expires_s, claims.value().issued_s, claims.value().key,
                std::move(device).value()};
}

Identity JwtAuthenticator::timed(Identity identity, const Proven& proven) {
  identity.expires_s = proven.expires_s;
  identity.issued_s = proven.issued_s;
  identity.token_key = proven.key;
  return identity;
}

Result<Identity> JwtAuthenticator::authenticate(std::string_view body) {
  StatedIdentity stated;
  const bool object = is_object_body(body);
  if (object) {
    auto read = read_stated_identity(body);
    if (!read.ok()) return read.error();
    stated = std::move(read).value();
  }
  const auto proven = proven_by(object ? std::string_view(stated.token) : body);
  if (!proven.ok()) return proven.error();
  if (!proven.value().device.empty()) stated.identity.key = proven.value().device;
  auto identity = combine(proven.value().uid, std::move(stated));
  if (!identity.ok()) return identity;
  return timed(std::move(identity).value(), proven.value());
}

Result<Identity> JwtAuthenticator::authenticate_v1(std::string_view body) {
  const auto proven = proven_by(body);
  if (!proven.ok()) return proven.error();
  return timed(combine_v1(proven.value().uid), proven.value());
}

void JwtKeysFile::look() {
  if (!stamp_.changed(path_)) return;
  auto keys = read_jwk_file(path_);
  if (keys.ok() && keys.value().empty()) keys = Error{Error::Code::kInvalid, "has no key"};
  if (!keys.ok()) {
    if (!problem_.empty()) problem_ = "identity.jwt_keys_file: \"" + path_ + "\" " + keys.error().message;
    log::error("keys of tokens stay as they were", {{"file", path_}, {"why", keys.error().message}});
    return;
  }
  const std::size_t count = keys.value().size();
  authenticator_.replace(std::move(keys).value());
  problem_.clear();
  log::info("keys of tokens read", {{"file", path_}, {"keys", count}});
}

}  // namespace im::logic
