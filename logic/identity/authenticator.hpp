#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "common/base/ids.hpp"
#include "common/base/result.hpp"
#include "common/wire/client_family.hpp"

namespace im::logic {

/// Who a client is, and what it starts with.
struct Identity {
  Uid uid;
  std::string key;
  std::string room;
  std::string platform;
  std::vector<std::int32_t> accepts;
  bool single_frames = false;  ///< one frame per write, never gathered
  std::int64_t expires_s = 0;  ///< Unix time at which the session ends; 0 = not by itself
  std::int64_t issued_s = 0;   ///< Unix time at which somebody vouched for it; 0 = not known
  std::string greeting;        ///< body of the answer to the login
  std::string token_key;       ///< id of the key that signed its token; "" = none did
  bool revocable = false;      ///< proven by a token: a revocation counts (logic/identity/revocations.hpp)
};

/// What a client shows of itself.
struct AuthAsk {
  std::string token;  ///< raw body of the auth packet
  std::string cookie, client_ip, transport;
  ClientFamily family = ClientFamily::kGoimV2;
};

/// Says who a client is. Never blocks; `done` runs once, on the caller's thread or another. kInvalid or kDenied: the
/// client is closed without a frame and must not come back; any other error is not its fault. Any thread.
class Authenticator {
 public:
  using Done = std::function<void(Result<Identity>)>;
  virtual ~Authenticator() = default;
  virtual void identify(AuthAsk ask, Done done) = 0;
  /// Whom it named is not let in after all. Never blocks. Any thread.
  virtual void not_let_in(const Identity& /*identity*/) {}
};

/// One that needs nobody else's answer.
class LocalAuthenticator : public Authenticator {
 public:
  virtual Result<Identity> authenticate(std::string_view token) = 0;
  /// The same for a goim v1 token: a decimal user id, or "uid,room" of the seed SDKs. Anything else is nobody.
  virtual Result<Identity> authenticate_v1(std::string_view token) = 0;
  void identify(AuthAsk ask, Done done) final;
};

/// What a JSON auth body says, whoever believes it (docs/protocol.md "Session").
struct StatedIdentity {
  Identity identity;
  bool has_uid = false;
  std::string token;  ///< member "token"; "" = none
};
Result<StatedIdentity> read_stated_identity(std::string_view body);
/// The body is goim's object, not a bare token.
bool is_object_body(std::string_view body);
/// A proven user with what the client states beside it: a "mid" must be this user, and a key names a device of this
/// user and of nobody else.
Result<Identity> combine(Uid uid, StatedIdentity stated);
/// The same for goim v1, which states nothing: room 1, as every number has in goim.
Identity combine_v1(Uid uid);
/// A key that nobody else has.
std::string make_session_key();

/// goim's own: the client says who it is (docs/protocol.md "Session"). For trusted networks and first steps only.
std::unique_ptr<LocalAuthenticator> make_open_authenticator();

}  // namespace im::logic
