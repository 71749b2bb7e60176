#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <random>
#include <string>
#include <unordered_map>
#include <vector>

#include "comet/client/client_protocol.hpp"
#include "comet/client/http_door.hpp"
#include "comet/connection/connection_io.hpp"
#include "comet/poll/poll_answers.hpp"
#include "comet/poll/poll_backlog.hpp"
#include "comet/poll/poll_request.hpp"
#include "comet/poll/unasked_polls.hpp"
#include "common/base/cidr.hpp"

namespace im::comet {

struct PollConfig {
  std::string origin = "*";          ///< of old pages that may read the answers
  std::vector<std::string> origins;  ///< of all others; empty = any, and logic is told which
  std::uint32_t wait_ticks = 50 * ConnectionIo::kTicksPerSecond;
  std::uint32_t session_ticks = 90 * ConnectionIo::kTicksPerSecond;
  std::uint32_t idle_ticks = 75 * ConnectionIo::kTicksPerSecond;  ///< of a connection between two requests
  std::size_t max_waiting = 1U << 20;                             ///< bytes that wait for one session
  std::size_t max_backlog = 64U << 20;                            ///< bytes that wait for all of this worker
  std::uint64_t max_connections = 0;                              ///< sessions of this worker; 0 = no limit
  std::size_t max_unasked = 0;                                    ///< of one address, see UnaskedPolls
  CidrList balancers{};                                           ///< whose own address is no client's
};

/// Long-poll (docs/webim.md, docs/protocol.md): sessions are connections without a socket in the slab of the worker
/// that took their `connect`; requests come in on any worker, and workers hand them to each other. One worker.
class PollDoor final : public HttpDoor, public PollSink {
 public:
  using Task = std::function<void(PollDoor&)>;
  /// Runs the task on the worker of that index, later; false: there is none.
  using ToWorker = std::function<bool(std::uint8_t worker, Task task)>;

  PollDoor(PollConfig config, ConnectionIo& io, ClientProtocol& client, ToWorker to_worker);
  /// PollConfig::origins, from here on.
  void set_origins(const std::vector<std::string>& origins) { config_.origins = origins; }

  void on_request(std::uint32_t place, std::string_view head, std::string_view body) override;
  bool on_deadline(std::uint32_t place) override;
  void go_on(std::uint32_t place) override;
  void on_closing(std::uint32_t place, CloseReason reason) override;
  bool take(std::uint32_t place, const Frame& frames) override;

 private:
  struct Waiting {
    Frame frame;  ///< shared with all who wait for it
    poll::Message message;
    std::size_t bytes() const { return message.payload.size() + PollBacklog::kEntry; }
  };
  /// A page without WebSocket. Its place is that of its connection.
  struct Session {
    std::uint64_t secret = 0;
    ConnId asker;             ///< its `sub` that waits; 0: none
    std::deque<Waiting> out;  ///< to be fetched, the oldest first
    std::size_t out_bytes = 0;
    std::deque<std::string> in;  ///< behind a message that is being answered
    std::size_t in_bytes = 0;
  };
  /// A request without its answer. Its place is that of its connection.
  struct Asker {
    ConnId session;  ///< of a `sub`; else 0
    bool keep_alive = true;
    std::string origin{};  ///< of the page that may read the answer
  };
  struct Answer {
    int status = 200;
    std::string body;
    ConnId session{};       ///< whose `message` it is, if any: given back when the asker has gone
    std::string message{};  ///< goes out as data
  };

  // Where the request came in:
  bool admits(const Dialect& dialect, const std::string& origin) const;
  void connect(std::uint32_t place, std::string origin);
  void answer(ConnId asker, Answer answer);
  void write(std::uint32_t place, const Answer& answer);

  // Where its session is:
  void pub(ConnId asker, poll::SessionId id, std::string message);
  void sub(ConnId asker, poll::SessionId id);
  void forget(ConnId session, ConnId asker);
  void give_back(ConnId session, std::string message);
  Session* find(const poll::SessionId& id);
  void keep_origin(std::uint32_t place, std::string origin);
  void touch(std::uint32_t place);
  void serve(std::uint32_t place);
  Waiting fetch(Session& session);
  void put(Session& session, Waiting one, bool first);
  void relieve();

  void tell(ConnId asker, Answer answer);  ///< any asker, on its worker

  PollConfig config_;
  ConnectionIo& io_;
  ClientProtocol& client_;
  const ToWorker to_worker_;
  std::random_device random_;
  std::unordered_map<std::uint32_t, Session> sessions_;
  PollBacklog backlog_;
  UnaskedPolls unasked_;
  bool relieving_ = false;  ///< a task is under way
  std::unordered_map<std::uint32_t, Asker> askers_;
};

}  // namespace im::comet
