#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "comet/connection/close_reason.hpp"
#include "comet/wire/frame.hpp"
#include "common/base/clock.hpp"
#include "common/base/ids.hpp"
#include "common/base/result.hpp"
#include "common/wire/packet.hpp"

namespace im::comet {

/// One thing that a traced connection did.
struct TracedEvent {
  enum class Kind : std::uint8_t { kIn, kOut, kDropped, kClosed };
  Kind kind = Kind::kIn;
  std::int64_t time_ms = 0;  ///< Unix time
  std::int16_t version = 0;  ///< this and the next two: of the packet, 0 when `note` says that there is none
  std::int32_t op = 0;
  std::int32_t seq = 0;
  std::uint32_t size = 0;     ///< of the body, bytes
  std::uint32_t waiting = 0;  ///< kOut: bytes that wait in the outbox before it
  std::string body;           ///< the first kMaxBody bytes when bodies are wanted; never of op 7, which is a secret
  std::string note;           ///< reason of the close or the drop; "json", "ping", ...: not a packet
  static constexpr std::size_t kMaxBody = 1024;
};

/// What one connection does, for one reader: bounded, what does not fit is counted. Its worker adds, any thread takes.
class Trace {
 public:
  static constexpr std::size_t kMaxEvents = 1000;
  static constexpr std::size_t kMaxBytes = 256 * 1024;
  /// A trace that nobody has taken from for that long is over.
  static constexpr std::chrono::seconds kPatience{10};

  Trace(ConnId conn, bool bodies, TimePoint now) : conn_(conn), bodies_(bodies), taken_at_(now) {}
  struct Taken {
    std::vector<TracedEvent> events;
    std::uint64_t dropped = 0;  ///< since the last take
    bool over = false;          ///< nothing will follow
  };
  void add(TracedEvent event);
  void end();
  Taken take(TimePoint now);
  bool unread(TimePoint now) const;     ///< for longer than kPatience
  bool abandoned(TimePoint now) const;  ///< that, or over: nothing need be added
  ConnId conn() const { return conn_; }
  bool bodies() const { return bodies_; }

 private:
  const ConnId conn_;
  const bool bodies_;
  mutable std::mutex mutex_;
  std::deque<TracedEvent> events_;
  std::size_t bytes_ = 0;
  std::uint64_t dropped_ = 0;
  bool over_ = false;
  TimePoint taken_at_;
};
using TraceRef = std::shared_ptr<Trace>;

/// The traces of one worker's connections. Called only for connections that are marked as traced. One worker.
class Tracer {
 public:
  void watch(std::uint32_t place, TraceRef trace) { traces_[place].push_back(std::move(trace)); }
  void in(std::uint32_t place, const wire::Packet& packet);
  /// `bytes`: as written to the socket.
  void out(std::uint32_t place, std::string_view bytes, Transport transport, std::size_t waiting);
  void dropped(std::uint32_t place, std::int32_t op, std::size_t size, const char* why);
  void closed(std::uint32_t place, CloseReason reason);
  /// Somebody still reads; forgets those that nobody reads any more.
  bool wanted(std::uint32_t place, TimePoint now);

 private:
  void add(std::uint32_t place, const TracedEvent& event);
  std::unordered_map<std::uint32_t, std::vector<TraceRef>> traces_;
};

/// What was written, packet by packet: those inside op 9 and inside WebSocket frames, too. Pure.
std::vector<TracedEvent> written_events(std::string_view bytes, Transport transport);

/// Begins traces and hands out what they hold. Any thread.
class TraceHub {
 public:
  static constexpr std::size_t kMaxTraces = 16;
  /// Hands a trace to the worker of its connection, or ends it when there is no such connection.
  using Attach = std::function<void(TraceRef)>;
  explicit TraceHub(Attach attach) : attach_(std::move(attach)) {}

  /// The number of the trace; kOverloaded when kMaxTraces are under way.
  Result<std::uint64_t> begin(ConnId conn, bool bodies, TimePoint now);
  /// kNotFound: it was ended or nobody asked for it in time.
  Result<Trace::Taken> take(std::uint64_t trace, TimePoint now);
  void end(std::uint64_t trace);

 private:
  Attach attach_;
  std::mutex mutex_;
  std::map<std::uint64_t, TraceRef> traces_;
  std::uint64_t last_ = 0;
};

}  // namespace im::comet
