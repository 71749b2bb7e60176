#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "common/base/ids.hpp"

namespace im::router {

/// One live connection of one (uid, key), as the router keeps it.
struct SessionRow {
  Uid uid;
  std::string key;
  CometInstance comet;
  ConnId conn;
  SessionEpoch epoch;
  std::string platform;
  std::string client_ip;
  std::string room;
  bool confirmed = true;  ///< false: read from the store, its comet has not told it yet
  /// The session that this one replaced and whose end was not told yet: it comes back when this login is taken back.
  /// Only the registry looks at it, under the lock of the slot.
  std::shared_ptr<SessionRow> former = nullptr;
};

}  // namespace im::router
