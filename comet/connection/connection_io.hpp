#pragma once

#include <chrono>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "comet/connection/connection_slab.hpp"
#include "comet/connection/secure_sockets.hpp"
#include "comet/connection/stats.hpp"
#include "comet/connection/timer_wheel.hpp"
#include "comet/connection/token_keys.hpp"
#include "comet/connection/trace.hpp"
#include "comet/edge/ip_table.hpp"
#include "common/base/owner_thread.hpp"
#include "common/base/repeat.hpp"
#include "common/push/facts.hpp"

namespace im::comet {

struct IoConfig {
  std::size_t outbox_limit = 1U << 20;
  bool close_slow = true;  ///< outbox_policy
  std::uint32_t linger_ticks = 8;
  int keepalive_s = 60;
  int user_timeout_ms = 30000;
  int sndbuf = 0;
  int rcvbuf = 0;
  const ServerTls* tls = nullptr;  ///< of listeners that have it; outlives the workers
};

/// What is known of a connection when it is accepted.
struct Arrival {
  Transport transport = Transport::kTcp;
  const Dialect* dialect = nullptr;  ///< of the listener
  IpAddress address{};
  bool secure = false;      ///< TLS, behind the PROXY header if there is one
  bool proxied = false;     ///< from a trusted load balancer: a PROXY header comes first
  bool over_limit = false;  ///< one too many: only told so
};

/// What became of a frame handed to a connection.
enum class Sent : std::uint8_t { kWritten, kQueued, kDropped, kClosed };

/// Takes what is sent to connections without a socket (Transport::kPoll). One worker.
class PollSink {
 public:
  virtual ~PollSink() = default;
  /// WebSocket frames for the connection at `place`. False: over its bound.
  virtual bool take(std::uint32_t place, const Frame& frames) = 0;
};

/// The sockets of one worker: plain descriptors in the worker's own epoll set, small structs in its slab. Reads into
/// one scratch buffer, writes shared frames directly and queues only what a blocked socket did not take. One worker;
/// nothing here blocks or locks (docs/decisions/0004).
class ConnectionIo {
 public:
  /// What happens to a connection, told to the protocol.
  class Listener {
   public:
    virtual ~Listener() = default;
    virtual void on_data(std::uint32_t place, std::span<char> data) = 0;
    virtual void on_deadline(std::uint32_t place) = 0;
    virtual void on_peer_ended(std::uint32_t place) = 0;  ///< while paused, once; what it sent before is yet to be read
    virtual void on_drained(std::uint32_t place) = 0;     ///< a blocked connection has written everything
    /// Before the connection is released: leave rooms, end the session.
    virtual void on_closing(std::uint32_t place, CloseReason reason) = 0;
    virtual void on_released(std::uint32_t place) = 0;  ///< the socket closes; its address is still known
  };

  static constexpr std::uint32_t kTicksPerSecond = 4;
  static constexpr std::size_t kGather = 64;  ///< frames of one write

  ConnectionIo(std::uint8_t worker, IoConfig config, IpTable& ips, WorkerStats& stats);
  ~ConnectionIo();
  ConnectionIo(const ConnectionIo&) = delete;
  ConnectionIo& operator=(const ConnectionIo&) = delete;
  void set_listener(Listener& listener) { listener_ = &listener; }
  void set_poll(PollSink& sink) { poll_ = &sink; }

  int epoll_fd() const { return epoll_; }
  /// At the top of whatever touches connections or rooms: only the worker's thread may. Debug builds.
  void assert_on_worker() { owner_.check(); }
  void worker_ended() { owner_.release(); }
  ConnectionSlab& slab() { return slab_; }
  /// Connections that hold a descriptor, and those of long-poll, which hold none: each kind has a limit of its own.
  std::uint32_t sockets() const { return slab_.size() - polls_; }
  std::uint32_t polls() const { return polls_; }
  WorkerStats& stats() { return stats_; }
  Tracer& tracer() { return tracer_; }
  TokenKeys& token_keys() { return token_keys_; }
  /// Whether who misses pushes is closed, so that it comes again (outbox_policy).
  bool closes_slow() const { return config_.close_slow; }
  ConnId id_of(std::uint32_t place) { return ConnId(worker_, place, slab_.at(place).generation); }
  /// The place of a live connection of this worker, or kNoPlace.
  std::uint32_t place_of(ConnId id);
  IpAddress address_of(std::uint32_t place) { return ips_.address(slab_.at(place).ip); }

  /// At the end: every socket is closed, and no connection is told.
  void close_sockets();
  /// Takes over an accepted descriptor; kNoPlace when it had to be closed.
  std::uint32_t adopt(int fd, const Arrival& arrival);
  /// A connection without a socket, for the client of another one; kNoPlace when there is no room.
  std::uint32_t add_poll(const Connection& asker);
  /// The client itself speaks from here on: after the accept, or after the PROXY header.
  void begin(std::uint32_t place);
  /// The client is somebody else than the peer of the socket.
  void set_address(std::uint32_t place, const IpAddress& address);
  /// An event of the epoll set with the data given to it.
  void on_event(std::uint64_t data, std::uint32_t events);

  /// Writes now or queues behind what waits. Over the bound: `kind` decides.
  Sent send(std::uint32_t place, const Frame& frame, PushClass kind = PushClass::kPush);
  /// Only queues; flush_gathered() writes all of it with one call per connection.
  Sent gather(std::uint32_t place, const Frame& frame, PushClass kind = PushClass::kPush);
  void flush_gathered();

  /// Ends a connection; WebSocket peers get a close frame and linger_ticks to answer it. Whose outbox is over its bound
  /// gets it behind the frame that was begun, and longer. `text` in place of the reason's own.
  void close(std::uint32_t place, CloseReason reason, std::string_view text = {});
  /// Ends it with a close frame of the caller's (WebSocket protocol close).
  void close_with(std::uint32_t place, CloseReason reason, std::string close_frame);
  /// Ends it without a frame, after what was sent: an answer to a request that was refused. The peer may still send;
  /// that is thrown away, or the kernel would reset the connection over it and the answer be lost.
  void finish(std::uint32_t place, CloseReason reason);
  void drop(std::uint32_t place, CloseReason reason);  ///< no close frame

  /// The peer sends nothing more (FIN, RST), whatever of it is still to be read: nobody waits for an answer any more.
  bool peer_ended(std::uint32_t place);

  void pause(std::uint32_t place);  ///< stop reading; the peer's end is still noticed
  void resume(std::uint32_t place);

  /// `ticks` from now, kTicksPerSecond per second.
  void set_deadline(std::uint32_t place, std::uint32_t ticks);
  std::uint32_t now_tick() const { return wheel_.now(); }
  void advance_clock(std::uint32_t tick);

 private:
  void read(std::uint32_t place);
  ssize_t receive(std::uint32_t place);
  ssize_t receive_proxy_header(const Connection& connection);
  ssize_t transmit(std::uint32_t place, std::span<const std::string_view> parts);
  void shake_hands(std::uint32_t place);
  void on_writable(std::uint32_t place);
  void wait_for_write(std::uint32_t place);
  void note_end(std::uint32_t place);
  void begin_end(std::uint32_t place, CloseReason reason);
  void send_last(std::uint32_t place, const Frame& frame);
  void end_writing(std::uint32_t place);
  void write_waiting(std::uint32_t place);
  void trace(std::uint32_t place, const Frame& frame);
  Sent to_poll(std::uint32_t place, const Frame& frame, PushClass kind);
  Sent queue(std::uint32_t place, const Frame& frame, PushClass kind, std::size_t already_sent = 0);
  Sent too_slow(std::uint32_t place, PushClass kind);
  void watch(std::uint32_t place, bool add = false);
  void tune(int fd) const;

  [[no_unique_address]] OwnerThread owner_;
  std::uint8_t worker_;
  IoConfig config_;
  IpTable& ips_;
  WorkerStats& stats_;
  Listener* listener_ = nullptr;
  PollSink* poll_ = nullptr;
  int epoll_ = -1;
  ConnectionSlab slab_;
  std::uint32_t polls_ = 0;
  Tracer tracer_;
  TimerWheel<ConnectionSlab> wheel_;
  std::vector<ConnId> gathered_;
  std::vector<char> scratch_;
  SecureSockets secure_;
  TokenKeys token_keys_;
  Repeat refused_tls_;
};

}  // namespace im::comet
