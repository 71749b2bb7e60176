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

/// The one use case behind every push API: locate, then one record per user, key, room or broadcast. `done` runs once,
/// after Kafka has acknowledged every record. Pushes keep the order of the calls per user, key and room, as the
/// caller named them: pushes to a user and to one of its keys have no order among each other. Any thread.
class PushService {
 public:
  using Done = std::function<void(Status)>;
  /// The comets this logic last heard of, for the time in which a router cannot say where its sessions are; nullopt:
  /// that was too long ago to rely on.
  using KnownNodes = std::function<std::optional<std::vector<CometInstance>>()>;
  PushService(SessionDirectory& directory, PushQueue& queue, KnownNodes known_nodes)
      : directory_(directory), queue_(queue), known_nodes_(std::move(known_nodes)) {}

  void to_keys(PushSpec spec, std::vector<std::string> keys, std::string body, Done done);
  void to_users(PushSpec spec, std::vector<std::int64_t> uids, std::string body, Done done);
  /// Every session without a user, wherever it is.
  void to_userless(PushSpec spec, std::string body, Done done);
  void to_room(PushSpec spec, std::string room, std::string body, Done done);
  void to_all(PushSpec spec, std::int32_t speed, std::string body, Done done);
  const PushStats& stats() const { return stats_; }

 private:
  /// Encoded before the answer of the router is known, so that it is done once whatever the answer is.
  struct Content {
    EncodedPush bytes;
    std::string order_key;
    std::shared_ptr<PushReach> reach;
  };
  static Content content_of(const PushSpec& spec, std::string body) {
    return {encode(spec, std::move(body)), spec.order_key, spec.reach};
  }
  static QueuedPush to_sessions(const Content& content, const std::vector<SessionInfo>& sessions);
  std::vector<QueuedPush> unless_nowhere(QueuedPush push, const Content& content, bool unsure = false);
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
