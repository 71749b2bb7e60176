#include "logic/identity/own_tokens.hpp"

#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <stdexcept>
#include <unistd.h>

#include "common/base/clock.hpp"
#include "common/base/log.hpp"
#include "common/base/secret_file.hpp"

namespace im::logic {

namespace {

Result<JwkSet> read(const std::string& path) {
  const auto text = read_secret_file(path);
  return text.ok() ? parse_jwk_set(text.value()) : Result<JwkSet>(text.error());
}

/// The last one that can sign.
Result<Jwk> signer_of(const JwkSet& keys) {
  for (auto key = keys.rbegin(); key != keys.rend(); ++key) {
    if (key->second.can_sign && key->second.algorithm == JwtAlgorithm::kEdDsa) return key->second;
  }
  return Error{Error::Code::kInvalid, "no private Ed25519 key in it"};
}

}  // namespace

std::string new_kid() { return "k" + std::to_string(unix_ms()); }

void OwnTokens::make() const {
  const std::string text = R"({"keys":[)" + make_jwk(JwtAlgorithm::kEdDsa, new_kid()).private_json + "]}\n";
  // Whole or not at all, and never over one that another logic makes at the same time.
  const std::string fresh = path_ + "." + std::to_string(::getpid());
  const int file = ::open(fresh.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
  const bool written =
      file >= 0 && ::write(file, text.data(), text.size()) == static_cast<ssize_t>(text.size()) && ::fsync(file) == 0;
  if (file >= 0) ::close(file);
  const bool there = written && (::link(fresh.c_str(), path_.c_str()) == 0 || errno == EEXIST);
  const std::string why = std::strerror(errno);
  ::unlink(fresh.c_str());
  if (!there) throw std::runtime_error("identity.accounts_keys_file " + path_ + " cannot be made: " + why);
  log::info("a key that signs tokens was made; give every logic the same file", {{"file", path_}});
}

void OwnTokens::look() {
  if (::access(path_.c_str(), F_OK) != 0 && signer_.kid.empty()) make();
  if (!stamp_.changed(path_)) return;
  auto keys = read(path_);
  auto signer = keys.ok() ? signer_of(keys.value()) : Result<Jwk>(keys.error());
  if (!signer.ok()) {
    if (signer_.kid.empty())
      throw std::runtime_error("identity.accounts_keys_file " + path_ + ": " + signer.error().message);
    log::error("keys of tokens stay as they were", {{"file", path_}, {"why", signer.error().message}});
    return;
  }
  const std::size_t count = keys.value().size();
  authenticator_.replace(std::move(keys).value());
  const std::lock_guard lock(mutex_);
  signer_ = std::move(signer).value();
  log::info("keys of tokens read", {{"file", path_}, {"keys", count}, {"signs", signer_.kid}});
}

Result<std::string> OwnTokens::sign(Uid uid, const std::string& device, std::int64_t now_s,
                                    std::int64_t expires_s) const {
  Jwk key;
  {
    const std::lock_guard lock(mutex_);
    key = signer_;
  }
  return sign_jwt(
      {{"iss", kIssuer}, {"sub", std::to_string(uid.value())}, {"dev", device}, {"iat", now_s}, {"exp", expires_s}},
      key);
}

}  // namespace im::logic
