#pragma once

#include <atomic>
#include <cstdint>
#include <deque>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <tuple>

#include "common/base/domain_thread.hpp"
#include "logic/chat/conversation_service.hpp"
#include "logic/push/push_service.hpp"
#include "logic/requests/caller.hpp"
#include "logic/store/outbox_sink.hpp"

namespace im::logic {

/// Committed rows → op 102 events to the members' sessions, in the order of their conversation (docs/chat.md). A push
/// is a hint: what does not arrive is found by `sync`, what failed here is handed on again by the relay.
class ChatPush final : public store::OutboxSink {
 public:
  struct Stats {
    std::atomic<std::uint64_t> pushed{0}, failed{0}, refused{0};
  };
  ChatPush(PushService& push, Scheduler& thread) : push_(push), thread_(thread) {}

  /// Where members are found and rows are ticked off; before the first take().
  void serve(store::Store& store, chat::ConversationService& conversations);
  /// The connection that sends this draft has its answer, so it gets no event of it. Forgotten with the row.
  void sent_by(const Caller& caller, const std::string& client_id);

  void take(const std::vector<store::Outgoing>& rows) override;
  const Stats& stats() const { return stats_; }

 private:
  using Origin = std::pair<CometInstance, ConnId>;
  static constexpr std::size_t kMaxWaiting = 10'000;  ///< rows; over it the relay brings them again
  static constexpr std::size_t kMaxOrigins = 10'000;

  void push(const store::Outgoing& row);
  std::optional<Origin> take_origin(const store::Message& message);

  PushService& push_;
  Scheduler& thread_;
  store::Store* store_ = nullptr;
  chat::ConversationService* conversations_ = nullptr;
  std::atomic<std::size_t> waiting_{0};
  std::mutex mutex_;
  std::map<std::pair<Uid, std::string>, Origin> origins_;  ///< by sender and client_msg_id
  Stats stats_;
};

}  // namespace im::logic
