#pragma once

#include <cstdint>
#include <string>

#include "common/base/ids.hpp"
#include "common/wire/client_family.hpp"

namespace im::logic {

/// Where a request came in.
enum class Door : std::uint8_t {
  kConnection,  ///< op 100 of a connection of some comet
  kHttp,        ///< one call with a token: no connection, no device
};

/// Who asks. Stamped from the session or the token, never read from a body.
struct Caller {
  Uid uid;             ///< <= 0: no user
  std::string key;     ///< of the session: any bytes
  std::string device;  ///< as hello named it
  SessionEpoch epoch;
  CometInstance comet;  ///< kConnection only, with `conn`
  ConnId conn;
  Door door = Door::kConnection;
  bool said_hello = false;
  ClientFamily family = ClientFamily::kGoimV2;
  std::string client_ip, transport;
};

}  // namespace im::logic
