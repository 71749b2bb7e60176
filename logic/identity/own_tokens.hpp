#pragma once

#include <mutex>
#include <string>

#include "common/base/file_stamp.hpp"
#include "common/base/ids.hpp"
#include "common/jwt/jwt.hpp"
#include "logic/identity/jwt_identity.hpp"

namespace im::logic {

/// Identity `accounts`: this cluster signs its clients' tokens itself. The file is a JWK Set with private Ed25519 keys,
/// for its owner only; every logic has the same one. The key with the greatest kid signs (kids are made of the time),
/// all of them check, so that a new key can be added before an old one goes (`imctl token rotate`).
class OwnTokens {
 public:
  static constexpr const char* kIssuer = "im";

  OwnTokens(std::string path, JwtAuthenticator& authenticator)
      : path_(std::move(path)), authenticator_(authenticator) {}

  /// Makes the file when there is none, reads it when it has changed; a broken one keeps the old keys, and throws
  /// std::runtime_error when there are none. One thread.
  void look();
  /// Any thread. The session of this token has the key "UID/DEVICE".
  Result<std::string> sign(Uid uid, const std::string& device, std::int64_t now_s, std::int64_t expires_s) const;

 private:
  void make() const;

  const std::string path_;
  JwtAuthenticator& authenticator_;
  FileStamp stamp_;
  mutable std::mutex mutex_;
  Jwk signer_;
};

/// The kid of a key that is made now: later ones are greater.
std::string new_kid();

}  // namespace im::logic
