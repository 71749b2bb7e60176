#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "logic/authenticator.hpp"
#include "logic/session_directory.hpp"

namespace im::logic {

struct HeartbeatPolicy {
  std::chrono::milliseconds interval{240000};
  std::int32_t max_missed = 2;
};

/// What holds for goim v1 clients.
struct V1Policy {
  std::chrono::milliseconds deadline{300000};  ///< between two heartbeats
  std::int32_t max_sessions = 64;              ///< of one user; 0 = no limit
};

struct ConnectStats {
  std::atomic<std::uint64_t> ok{0}, refused{0}, failed{0}, disconnects{0}, received{0};
};

/// What comets ask: who is this client, it left, it sent something. Any thread.
class ConnectionService {
 public:
  struct Ask {
    CometInstance comet;
    ConnId conn;
    std::string token, cookie, client_ip, transport;
    Dialect dialect = Dialect::kV2;
  };
  struct Grant {
    Identity identity;
    SessionEpoch epoch;
    HeartbeatPolicy heartbeat;
    std::vector<ConnId> replaced;  ///< of the same comet instance
  };

  ConnectionService(Authenticator& authenticator, SessionDirectory& directory, HeartbeatPolicy heartbeat,
                    V1Policy v1 = {})
      : authenticator_(authenticator), directory_(directory), heartbeat_(heartbeat), v1_(v1) {}

  void connect(const Ask& ask, std::function<void(Result<Grant>)> done);
  void disconnect(std::vector<SessionEnd> sessions, std::function<void(Result<std::int32_t>)> done);
  /// Body of the reply to an op that comet does not know; goim's is empty.
  std::string receive(Uid uid, std::int32_t op, const std::string& body);
  const ConnectStats& stats() const { return stats_; }

 private:
  Authenticator& authenticator_;
  SessionDirectory& directory_;
  HeartbeatPolicy heartbeat_;
  V1Policy v1_;
  ConnectStats stats_;
};

}  // namespace im::logic
