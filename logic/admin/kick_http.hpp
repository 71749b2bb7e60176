#pragma once

#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <vector>

#include "common/base/clock.hpp"
#include "common/http/http_server.hpp"
#include "logic/identity/revocations.hpp"
#include "logic/routers/node_list.hpp"

namespace im::logic {

/// Closes connections on every comet, also those that the router does not know (a key that came again elsewhere).
class Kicker {
 public:
  virtual ~Kicker() = default;
  /// `done` once, on any thread, when every comet has answered: how many were closed; an error of one comet wins.
  virtual void kick(const Who& who, std::function<void(Result<std::int32_t>)> done) = 0;
};
/// `nodes`: where comets are, by the router's list.
std::unique_ptr<Kicker> make_grpc_kicker(std::function<std::vector<NodeInfo>()> nodes,
                                         std::chrono::milliseconds deadline);

/// POST /admin/v1/kick?uid=N or ?key=K: closes these sessions (4002 kicked). {"kicked":N}; 404 when there is none.
/// With &revoke_s=N their tokens are not taken for that long: {"kicked":N,"revoked_s":N}.
/// POST /admin/v1/pardon?uid=N or ?key=K: they are taken again. {"pardoned":true}.
class KickDesk {
 public:
  /// `revocations`: null with identity `open`, which has no tokens. `again`: a login that was admitted just before its
  /// revocation has its session by then, and is closed too.
  KickDesk(Kicker& kicker, Revocations* revocations, Duration again)
      : kicker_(kicker), revocations_(revocations), again_(again) {}
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
  void revoke(const Who& who, std::chrono::seconds time, HttpReply reply);

  Kicker& kicker_;
  Revocations* revocations_;
  const Duration again_;
  std::mutex mutex_;
  std::deque<Pending> pending_;  ///< the earliest first
};

}  // namespace im::logic
