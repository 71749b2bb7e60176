#pragma once

#include <string>
#include <string_view>
#include <vector>

/// The server's side of the RFC 6455 opening handshake, without I/O. Beast parses the head, after our guard.
namespace im::ws {

struct UpgradeRules {
  std::string path = "/sub";         ///< the whole request target must be this; goim refuses a query string
  std::vector<std::string> origins;  ///< exact list; empty = any, see unchecked_origin
  bool deflate = false;  ///< permessage-deflate is agreed to where it is offered (common/ws/deflate_offer.hpp)
};

struct UpgradeResult {
  bool accepted = false;
  std::string response;  ///< bytes to send: 101 with the accept key, or a 4xx with Connection: close
  int status = 101;
  std::string reason;            ///< refused: short text for log and metric ("bad version")
  std::string cookie;            ///< Cookie header
  bool deflate = false;          ///< it was agreed
  std::string unchecked_origin;  ///< Origin header when there is no list to check it against
};

/// `head` = bytes up to and including the empty line (the caller has seen "\r\n\r\n"; at most 8 KiB).
UpgradeResult upgrade(std::string_view head, const UpgradeRules& rules);

/// base64(SHA1(key + GUID)), RFC 6455 section 4.2.2.
std::string accept_key(std::string_view key);

}  // namespace im::ws
