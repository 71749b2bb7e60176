#pragma once

#include <deque>
#include <mutex>

#include "common/base/clock.hpp"
#include "common/http/http_server.hpp"
#include "logic/comets/comet_gateway.hpp"
#include "logic/identity/revocations.hpp"

namespace im::logic {

/// POST /admin/v1/kick?uid=N or ?key=K: closes these sessions (4002 kicked). {"kicked":N}; 404 when there is none.
/// With &revoke_s=N their tokens are not taken for that long: {"kicked":N,"revoked_s":N}.
/// POST /admin/v1/pardon?uid=N or ?key=K: they are taken again. {"pardoned":true}.
class KickDesk {
 public:
  /// `revocations`: null with identity `open`, which has no tokens. `again`: a login that was admitted just before its
  /// revocation has its session by then, and is closed too.
  KickDesk(CometGateway& comets, Revocations* revocations, Duration again)
      : comets_(comets), revocations_(revocations), again_(again) {}
  void add_routes(HttpServer& server);
  void kick(const HttpRequest& request, HttpReply reply);
  void pardon(const HttpRequest& request, HttpReply reply);
  /// Every second or so: the second kicks that are due.
  void tick(TimePoint now);

 private:
  static constexpr std::size_t kMaxPending = 1000;
  struct Pending {
    TimePoint due;
    Who who;
  };
  void kick_now(const Who& who, Reached done);
  bool kick_again(const Who& who);
  void revoke(const Who& who, std::chrono::seconds time, HttpReply reply);

  CometGateway& comets_;
  Revocations* revocations_;
  const Duration again_;
  std::mutex mutex_;
  std::deque<Pending> pending_;  ///< the earliest first
};

}  // namespace im::logic
