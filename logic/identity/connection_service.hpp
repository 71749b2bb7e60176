#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <functional>
#include <mutex>
#include <string>
#include <vector>

#include "common/base/reason_log.hpp"
#include "common/base/repeat.hpp"
#include "logic/identity/authenticator.hpp"
#include "logic/identity/revocations.hpp"
#include "logic/routers/session_directory.hpp"

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

/// What holds for all clients.
struct ClientPolicy {
  HeartbeatPolicy heartbeat;
  std::int32_t max_sessions = 0;  ///< of one user over all comets; 0 = no limit
  bool any_origin = true;         ///< pages of any origin may connect: identity `open`
};

struct ConnectStats {
  std::atomic<std::uint64_t> ok{0}, refused{0}, revoked{0}, foreign_origin{0}, failed{0}, disconnects{0};
  std::atomic<std::uint64_t> renewed{0}, not_renewed{0};
};

/// What comets ask: who is this client, it left, it sent something. Any thread.
class ConnectionService {
 public:
  struct Ask {
    CometInstance comet;
    ConnId conn;
    std::string token, cookie, client_ip, transport;
    ClientFamily family = ClientFamily::kGoimV2;
    std::string unchecked_origin;  ///< a browser page that no list of the comet has checked; empty = none
    SessionEpoch order;            ///< of the login, minted by its comet; 0 = by the router
    std::function<bool()> gone;    ///< the client has left meanwhile; asked until `done` runs; may be empty
  };
  struct Grant {
    Identity identity;
    SessionEpoch epoch;
    HeartbeatPolicy heartbeat;
    std::vector<ConnId> replaced;  ///< of the same comet instance
  };

  /// A packet whose op comet does not know.
  struct Packet {
    Uid uid;
    std::string key;
    std::int32_t op = 0;
    std::string body, client_ip, transport;
  };
  struct Answer {
    std::string body;     ///< goim's is empty
    std::int32_t op = 0;  ///< 0 = the packet's
    bool renewed = false;
    std::int64_t expires_s = 0;  ///< renewed: Unix time at which the session ends; 0 = not by itself
    std::string token_key;       ///< renewed: id of the key that signed the token
  };

  /// Who clients of this family are is asked there. Before the first connect().
  void on_family(ClientFamily family, Authenticator& authenticator) {
    authenticators_[index_of(family)] = &authenticator;
  }

  /// `revocations`: null with identity `open`, where nothing is proven and so nothing is renewed or revoked.
  ConnectionService(Authenticator& authenticator, SessionDirectory& directory, ClientPolicy client, V1Policy v1 = {},
                    Revocations* revocations = nullptr)
      : authenticators_{&authenticator, &authenticator, nullptr},
        directory_(directory),
        any_origin_(client.any_origin),
        rules_{FamilyRules{client.heartbeat, client.max_sessions, Error::Code::kOverloaded},
               FamilyRules{{v1.deadline, 1}, v1.max_sessions, Error::Code::kDenied},
               FamilyRules{{std::chrono::hours(24), 365}, 0, Error::Code::kOverloaded}},
        revocations_(revocations) {}

  /// Hears of the sessions that a login has replaced on other comets. Before the first connect().
  void on_replaced(std::function<void(const std::vector<SessionInfo>&)> tell) { tell_replaced_ = std::move(tell); }

  /// Hears of each login that was taken; never blocks. Before the first connect().
  void on_connected(std::function<void(Uid)> tell) { tell_connected_ = std::move(tell); }

  /// Of goim v2's users, for logins from here on. Any thread.
  void set_max_sessions(std::int32_t most) { rules_[index_of(ClientFamily::kGoimV2)].max_sessions = most; }

  void connect(const Ask& ask, std::function<void(Result<Grant>)> done);
  /// Nobody holds the session of this grant.
  void take_back(const Grant& grant);
  void disconnect(std::vector<SessionEnd> sessions, std::function<void(Result<std::int32_t>)> done);
  /// Op 7 with a good token of the session's user renews it (docs/protocol.md T02); everything else is answered as goim
  /// does.
  void receive(const Packet& packet, std::function<void(Answer)> done);
  const ConnectStats& stats() const { return stats_; }

 private:
  struct FamilyRules {
    HeartbeatPolicy heartbeat;
    std::atomic<std::int32_t> max_sessions = 0;
    Error::Code when_full;  ///< goim v1 knows one refusal; v2 clients are told to come later
  };
  const FamilyRules& rules(ClientFamily family) const { return rules_[index_of(family)]; }

  using ConnectDone = std::function<void(Result<Grant>)>;
  void admit(const Ask& ask, Identity identity, ConnectDone done);
  void bind(const Ask& ask, Identity identity, ConnectDone done);
  void on_bound(const Ask& ask, Identity identity, const Result<BindAnswer>& bound, const ConnectDone& done);
  void fail(const Ask& ask, const Error& error, const ConnectDone& done);
  void renew(const Packet& packet, Identity identity, std::function<void(Answer)> done);
  /// Origin: any only with identity `open`, else the exact list of the comet.
  bool refuses_origin(const Ask& ask);

  PerFamily<Authenticator*> authenticators_;  ///< null: nobody of that family is let in
  SessionDirectory& directory_;
  bool any_origin_;
  PerFamily<FamilyRules> rules_;
  Revocations* revocations_;
  std::function<void(const std::vector<SessionInfo>&)> tell_replaced_;
  std::function<void(Uid)> tell_connected_;
  ConnectStats stats_;
  std::mutex told_mutex_;
  Repeat told_;
  ReasonLog refusals_;
};

}  // namespace im::logic
