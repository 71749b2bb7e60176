#pragma once

#include <atomic>
#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include <boost/json/value.hpp>

#include "common/base/repeat.hpp"
#include "common/base/result.hpp"
#include "logic/chat_events/rows_in_hand.hpp"
#include "logic/store/outbox_sink.hpp"
#include "logic/store/write_lanes.hpp"

namespace im::logic {

struct ChatSinkStats {
  std::atomic<std::uint64_t> sent{0};     ///< rows that Kafka has
  std::atomic<std::uint64_t> failed{0};   ///< left to the relay: could not be pushed
  std::atomic<std::uint64_t> crowded{0};  ///< left to the relay: too many waited
  std::atomic<std::uint64_t> in_hand{0};  ///< the relay brought what was on its way, or out, already
};

/// Committed rows of conversations on their way to those who are online: op 102, `msg.new` or `msg.changed`. One thread
/// asks who the members are and pushes, in the order in which rows came. What is not acknowledged stays in the outbox,
/// and the relay brings it again.
class ChatSink final : public store::OutboxSink {
 public:
  struct Event {
    std::string json;
    std::optional<store::Origin> except;  ///< a connection of the sender, which has the answer
  };
  /// How a row of a large group goes: once to its room, and to those who are not in it yet.
  struct RoomWay {
    bool use = false;
    std::vector<std::int64_t> also;
  };
  /// What it needs of others; called on its thread.
  struct Ways {
    /// Who may read the row, as it is now: somebody may have come since it was written.
    std::function<Result<std::vector<Uid>>(store::ConvId, store::Seq)> members;
    std::function<void(std::vector<std::int64_t> uids, Event event, std::function<void(Status)>)> push;
    /// Those who are not online hear of it otherwise; may be empty. The row is out when it has told success, too.
    std::function<void(const store::Message&, const std::vector<Uid>& members, std::function<void(Status)>)> offline{};
    std::function<void(store::SentMark)> sent;
    std::function<std::string()> epoch;
    /// Rows that somebody else brings to those online (WebIM's lobby): true when it does; `done` comes once then.
    std::function<bool(const store::Message& row, std::function<void(Status)> done)> elsewhere{};
    /// Of a message that names media, to the one other reader, if an old page: what the page is told, an object or an
    /// array; null: nothing else than others. May be empty.
    std::function<boost::json::value(const store::Message& row, Uid reader)> page_words{};
    /// Both or none. An error leaves the row to the relay.
    std::function<Result<RoomWay>(const store::Message&)> room_way{};
    std::function<void(store::ConvId, Event event, std::function<void(Status)>)> push_room{};
  };

  ~ChatSink() override { stop(); }
  /// Until then rows stay in the outbox.
  void start(Ways ways);
  /// Waits for what is under way, so that nothing calls back into it later. What waits stays in the outbox.
  void stop();
  bool busy() const;
  void take(const std::vector<store::Outgoing>& rows) override;
  /// Nothing is pushed twice at once: what is in hand stays there; what is out is only told once more.
  void take_again(const std::vector<store::Outgoing>& rows) override;
  const ChatSinkStats& stats() const { return stats_; }

 private:
  static constexpr std::size_t kMaxWaiting = 8U << 20;  ///< bytes of their texts
  static constexpr std::size_t kMaxOpen = 2000;         ///< pushes without an acknowledgement

  bool has_room_for(const store::Message& row);
  void put(const store::Message& row);
  void loop();
  void send(const store::Message& row);
  void send_by_session(const store::Message& row);
  void send_to_room(const store::Message& row, RoomWay way);
  void settle(store::SentMark mark, const Status& status);

  Ways ways_;
  ChatSinkStats stats_;
  mutable std::mutex mutex_;
  std::condition_variable wake_;
  std::deque<store::Message> waiting_;
  RowsInHand rows_;  ///< those that wait and those of open_
  std::size_t waiting_bytes_ = 0;
  std::size_t open_ = 0;
  bool running_ = false;
  Repeat told_;
  std::thread thread_;
};

}  // namespace im::logic
