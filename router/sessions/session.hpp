#pragma once

#include <cstdint>
#include <string>

#include "common/base/ids.hpp"

namespace im::router {

/// One live connection of one (uid, key), as the router tells it (StoredSession is how it is kept).
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
};

}  // namespace im::router
