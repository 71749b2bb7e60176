#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "logic/push/push_queue.hpp"
#include "logic/routers/session_directory.hpp"

namespace im::logic {

struct PushStats {
  std::atomic<std::uint64_t> accepted{0};   ///< calls taken
  std::atomic<std::uint64_t> acked{0};      ///< records that Kafka acknowledged
  std::atomic<std::uint64_t> failed{0};     ///< records or lookups that failed
  std::atomic<std::uint64_t> offline{0};    ///< users, keys and rooms without a live session: nothing to send
  std::atomic<std::uint64_t> unlocated{0};  ///< sent to every comet because the router could not say where
};

/// The operation of a push: what v2 clients see, and which of them want it.
struct PushOp {
  PushOp(std::int32_t operation, bool everybody = false)  // NOLINT(google-explicit-constructor)
      : number(operation), ignore_filter(everybody) {}
  std::int32_t number;
  bool ignore_filter;
};

/// The one use case behind every push API: locate, then one record per user, key, room or broadcast. `done` runs once,
/// after Kafka has acknowledged every record. Pushes keep the order of the calls per user, key and room. Any thread.
class PushService {
 public:
  using Done = std::function<void(Status)>;
  /// The comets this logic last heard of, for the time in which a router cannot say where its sessions are; nullopt:
  /// that was too long ago to rely on.
  using KnownNodes = std::function<std::optional<std::vector<CometInstance>>()>;
  PushService(SessionDirectory& directory, PushQueue& queue, KnownNodes known_nodes)
      : directory_(directory), queue_(queue), known_nodes_(std::move(known_nodes)) {}

  void to_keys(PushOp operation, std::vector<std::string> keys, std::string body, Done done);
  void to_users(PushOp operation, std::vector<std::int64_t> uids, std::string body, Done done);
  void to_room(PushOp operation, std::string room, std::string body, Done done);
  void to_all(PushOp operation, std::int32_t speed, std::string body, Done done);
  const PushStats& stats() const { return stats_; }

 private:
  QueuedPush to_sessions(PushOp operation, const std::string& body, const std::vector<SessionInfo>& sessions) const;
  std::vector<QueuedPush::Target> everywhere(const LocateAnswer& answer) const;
  void send(std::vector<QueuedPush> pushes, Done done);
  template <class Make>
  void locate(LocateAsk ask, Done done, Make make);

  SessionDirectory& directory_;
  PushQueue& queue_;
  KnownNodes known_nodes_;
  PushStats stats_;
};

}  // namespace im::logic
