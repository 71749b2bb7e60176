#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "common/base/ids.hpp"
#include "common/base/result.hpp"

namespace im::logic {

/// Who a client is, and what it starts with.
struct Identity {
  Uid uid;
  std::string key;
  std::string room;
  std::string platform;
  std::vector<std::int32_t> accepts;
};

class Authenticator {
 public:
  virtual ~Authenticator() = default;
  /// `token` = raw body of the auth packet. kInvalid or kDenied: the client is closed without a frame.
  virtual Result<Identity> authenticate(std::string_view token) = 0;
};

/// goim's own: the client says who it is (docs/protocol.md "Session"). For trusted networks and first steps only.
std::unique_ptr<Authenticator> make_open_authenticator();

}  // namespace im::logic
