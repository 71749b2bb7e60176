#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include <boost/json/object.hpp>

#include "common/base/clock.hpp"
#include "common/base/file_stamp.hpp"
#include "common/base/ids.hpp"
#include "logic/calls/calls_config.hpp"

namespace im::logic {

struct TurnCredential {
  std::string username, credential;
};
/// TURN's REST recipe as coturn checks it: "<Unix seconds of its end>:<uid>" and its HMAC-SHA1 under the secret. Pure.
std::string turn_credential(std::string_view secret, std::string_view username);
TurnCredential mint_turn(std::string_view secret, std::int64_t expires_s, Uid uid);

/// What clients are told of STUN and TURN. Any thread; tick() on one.
class IceServers {
 public:
  /// Throws std::runtime_error when the file of secrets cannot be read.
  explicit IceServers(const CallsConfig& config);
  /// {"iceServers":[{"urls":[...]},{"urls":[...],"username":...,"credential":...}],"ttl_s":3600}, RFC 8825's shape.
  boost::json::object for_user(Uid uid, std::int64_t now_s) const;
  /// Follows the file.
  void tick();

 private:
  const CallsConfig config_;
  FileStamp stamp_;
  std::shared_ptr<const std::string> secret_;  ///< by std::atomic_load
};

}  // namespace im::logic
