#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "common/base/ids.hpp"
#include "common/base/result.hpp"

namespace im::logic {

/// How the client's token is to be read.
enum class Dialect : std::uint8_t { kV2, kV1 };

/// Who a client is, and what it starts with.
struct Identity {
  Uid uid;
  std::string key;
  std::string room;
  std::string platform;
  std::vector<std::int32_t> accepts;
  bool single_frames = false;  ///< one frame per write, never gathered
  std::int64_t expires_s = 0;  ///< Unix time at which the session ends; 0 = not by itself
};

class Authenticator {
 public:
  virtual ~Authenticator() = default;
  /// `token` = raw body of the auth packet. kInvalid or kDenied: the client is closed without a frame.
  virtual Result<Identity> authenticate(std::string_view token) = 0;
  /// The same for a goim v1 token: a decimal user id, or "uid,room" of the seed SDKs. Anything else is nobody.
  virtual Result<Identity> authenticate_v1(std::string_view token) = 0;
};

/// What a JSON auth body says, whoever believes it (docs/protocol.md "Session").
struct StatedIdentity {
  Identity identity;
  bool has_uid = false;
  std::string token;  ///< member "token"; "" = none
};
Result<StatedIdentity> read_stated_identity(std::string_view body);
/// A key that nobody else has.
std::string make_session_key();

/// goim's own: the client says who it is (docs/protocol.md "Session"). For trusted networks and first steps only.
std::unique_ptr<Authenticator> make_open_authenticator();

}  // namespace im::logic
