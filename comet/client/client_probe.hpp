#pragma once

#include <cstdint>

#include "comet/connection/connection_io.hpp"

namespace im::comet {

/// How a client that knows no heartbeat is asked whether it is there (Dialect::probed). One worker.
class ClientProbe {
 public:
  explicit ClientProbe(ConnectionIo& io) : io_(io) {}
  /// Its deadline is over. False: it is not asked, or was and has said nothing.
  bool ask(std::uint32_t place);
  /// Something came of it.
  void heard(std::uint32_t place);

 private:
  ConnectionIo& io_;
};

}  // namespace im::comet
