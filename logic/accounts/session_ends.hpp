#pragma once

#include <chrono>
#include <deque>
#include <functional>
#include <mutex>
#include <string>

#include "common/base/clock.hpp"
#include "logic/identity/revocations.hpp"

namespace im::logic {

/// Ends the session of a device whose refresh token is gone: its access token is not taken any more, its connection is
/// closed. Any thread.
class SessionEnds {
 public:
  using Kick = std::function<void(const Who&, std::function<void(Result<std::int32_t>)>)>;
  /// `lifetime`: of an access token. `again`: a login that was admitted just before has its session by then.
  struct Times {
    std::chrono::seconds lifetime;
    Duration again;
  };
  SessionEnds(Revocations& revocations, Kick kick, Times times)
      : revocations_(revocations), kick_(std::move(kick)), times_(times) {}

  /// `done` once: how many connections were closed now.
  void end(Uid uid, const std::string& device, std::function<void(Result<std::int32_t>)> done);
  /// Every second or so: the second kicks that are due.
  void tick(TimePoint now);

 private:
  static constexpr std::size_t kMaxPending = 10000;
  struct Pending {
    TimePoint due;
    Who who;
  };

  Revocations& revocations_;
  const Kick kick_;
  const Times times_;
  std::mutex mutex_;
  std::deque<Pending> pending_;  ///< the earliest first
};

}  // namespace im::logic
