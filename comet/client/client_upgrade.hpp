#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "comet/client/client_reader.hpp"
#include "comet/connection/connection_io.hpp"
#include "common/http/ws_upgrade.hpp"

namespace im::comet {

/// The upgrade of a client to WebSocket: answered here, or refused and the connection ends. One worker.
class ClientUpgrade {
 public:
  /// `page_origins`: of old pages; empty = any.
  ClientUpgrade(ws::UpgradeRules rules, std::vector<std::string> page_origins, ConnectionIo& io)
      : rules_(std::move(rules)), page_origins_(std::move(page_origins)), io_(io) {}

  /// Of all but old pages, from here on.
  void set_origins(const std::vector<std::string>& origins) { rules_.origins = origins; }
  void answer(std::uint32_t place, const ClientReader::Event& event);
  void too_long(std::uint32_t place);

 private:
  ws::UpgradeRules rules_of(const Connection& connection) const;
  void keep_headers(Connection& connection, ws::UpgradeResult result);

  ws::UpgradeRules rules_;
  const std::vector<std::string> page_origins_;
  ConnectionIo& io_;
};

}  // namespace im::comet
