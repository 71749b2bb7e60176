#pragma once

#include <chrono>
#include <deque>
#include <functional>
#include <mutex>
#include <string>
#include <vector>

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
  /// A key that signs tokens is gone: the sessions whose tokens it signed are closed (4001: with a new token they may
  /// come back), on every comet: at once, again for logins that were under way, then for ten minutes every half a
  /// one for comets that were cut off, unless `gone` says that the key is back. `name`: Jwk::name.
  void end_token_key(const std::string& name, std::function<bool()> gone);
  /// Every second or so: kicks that are due.
  void tick(TimePoint now);

 private:
  static constexpr std::size_t kMaxPending = 1000;
  static constexpr std::chrono::minutes kGoneFor{10};
  static constexpr std::chrono::seconds kGoneEvery{30};
  struct Pending {
    TimePoint due;
    Kick kick;
  };
  struct GoneKey {
    std::string name;
    std::function<bool()> gone;
    TimePoint until, next;
  };
  void kick_now(const Kick& kick, Reached done);
  std::vector<std::string> due_keys(TimePoint now);
  bool kick_again(const Kick& kick);
  void close_of_token_key(const std::string& name);
  void revoke(const Who& who, std::chrono::seconds time, HttpReply reply);

  CometGateway& comets_;
  Revocations* revocations_;
  const Duration again_;
  std::mutex mutex_;
  std::deque<Pending> pending_;  ///< the earliest first
  std::vector<GoneKey> gone_;
};

}  // namespace im::logic
