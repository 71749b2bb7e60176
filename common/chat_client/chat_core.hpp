#pragma once

#include <deque>
#include <functional>
#include <string>
#include <string_view>

#include "common/chat_client/chat_sync.hpp"
#include "common/chat_client/request_queue.hpp"

namespace im::chat_client {

/// A chat client without its socket: hello with resume, requests that are repeated until answered, rows once and in
/// order over reconnects. Pure: time is passed in, what it wants done it says through its ports, on the caller's
/// thread. A port may call request(), nothing else.
class ChatCore {
 public:
  struct Config {
    std::string device;
    std::string platform;
    ChatSync::Rules sync;
    RequestQueue::Times times;
  };
  struct Ports {
    std::function<void(std::int32_t seq, std::string_view body)> write;  ///< an op 100
    std::function<void(const Row&)> row;                                 ///< of every conversation, once, in order
    std::function<void(const Row&)> heard{};  ///< a row as it came, unsorted, perhaps not the first time
    std::function<void()> reset{};            ///< the store went back; rows come anew
    std::function<void(const boost::json::object&)> event{};  ///< what is no row: read, typing, ...
    std::function<void(const boost::json::object&)> ready{};  ///< hello was answered
    std::function<void(const std::string& why)> drop{};       ///< this connection is of no use: make another one
  };
  ChatCore(Config config, Ports ports);
  ChatCore(const ChatCore&) = delete;
  ChatCore& operator=(const ChatCore&) = delete;

  void connected(TimePoint now);
  void lost();
  void packet(std::int32_t op, std::int32_t seq, std::string_view body, TimePoint now);
  void tick(TimePoint now);
  std::optional<TimePoint> due() const;

  /// False: too many wait. Rows that it makes are shown before `done` is called.
  bool request(Request request, TimePoint now);
  /// A message; `to` holds "conv_id" or "to". The same key again, also after a restart, is the same message.
  bool send(boost::json::object to, std::string_view text, std::string_view key, Answered done, TimePoint now);

  /// Asks for what is newer, although nobody told.
  void look(TimePoint now);
  /// Where an earlier run ended: ChatSync::epoch() and marks() of then.
  void begin(const std::string& epoch, const boost::json::object& marks) { sync_.begin(epoch, marks); }
  const ChatSync& sync() const { return sync_; }
  std::int64_t uid() const { return uid_; }
  std::size_t waiting() const { return queue_.size(); }

 private:
  void on_hello(const boost::json::object& answer, TimePoint now);
  void on_event(const boost::json::object& event, TimePoint now);
  void on_written(const boost::json::object& asked, const boost::json::object& answer);
  void show(const Row& row);
  void pump(TimePoint now);
  void drop(const std::string& why);

  Config config_;
  Ports ports_;
  RequestQueue queue_;
  ChatSync sync_;
  bool greeted_ = false;
  std::optional<TimePoint> hello_until_;
  std::int64_t uid_ = 0;
  std::deque<std::string> own_;  ///< keys of the user's last messages that were shown
  TimePoint now_;
};

}  // namespace im::chat_client
