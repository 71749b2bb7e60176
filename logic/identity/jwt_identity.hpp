#pragma once

#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "common/base/file_stamp.hpp"
#include "common/jwt/jwt.hpp"
#include "logic/identity/authenticator.hpp"

namespace im::logic {

/// Identity `jwt` (docs/identity.md): the client is who a signed token says. The auth body is the token alone, or
/// goim's JSON object with the token in "token"; then "key", "room_id", "platform" and "accepts" are the client's own,
/// and a "mid" must be the token's. Any thread.
class JwtAuthenticator final : public LocalAuthenticator {
 public:
  /// `now_s`: Unix time.
  JwtAuthenticator(JwtRules rules, std::function<std::int64_t()> now_s)
      : rules_(std::move(rules)), now_s_(std::move(now_s)) {}
  /// Tells of the keys that are no longer there; a key that stands under the id of another is another one.
  void replace(JwkSet keys);
  /// Before the first replace() that takes a key away; runs on the thread of that.
  void on_key_gone(std::function<void(const std::string& name)> tell) { tell_gone_ = std::move(tell); }
  bool knows_key(const std::string& name) const;
  std::vector<std::string> key_names() const;

  Result<Identity> authenticate(std::string_view body) override;
  /// v1: the token is the body; room 1, as every number has in goim.
  Result<Identity> authenticate_v1(std::string_view body) override;

 private:
  struct Proven {
    Uid uid;
    std::int64_t expires_s = 0, issued_s = 0;
    std::string key;     ///< name of the one that signed the token
    std::string device;  ///< claim "dev": names the session in the place of the client; "" = none
  };
  Result<Proven> proven_by(std::string_view token) const;
  static bool has(const JwkSet& keys, const std::string& name);
  static Identity timed(Identity identity, const Proven& proven);

  const JwtRules rules_;
  const std::function<std::int64_t()> now_s_;
  std::function<void(const std::string& name)> tell_gone_;
  mutable std::mutex mutex_;
  std::shared_ptr<const JwkSet> keys_ = std::make_shared<const JwkSet>();
};

/// Keeps the keys equal to a file: look() reads it when it has changed. A broken file keeps the old keys.
class JwtKeysFile {
 public:
  JwtKeysFile(std::string path, JwtAuthenticator& authenticator)
      : path_(std::move(path)), authenticator_(authenticator) {}
  void look();
  /// Why there are no keys yet, so that nobody can log in; "" = there are.
  const std::string& problem() const { return problem_; }

 private:
  std::string path_;
  JwtAuthenticator& authenticator_;
  FileStamp stamp_;
  std::string problem_ = "not read yet";
};

}  // namespace im::logic
