#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "comet/client/client_protocol.hpp"
#include "comet/connection/connection_io.hpp"
#include "comet/edge/listener.hpp"
#include "comet/poll/poll_door.hpp"
#include "comet/ports.hpp"
#include "comet/push/direct_commands.hpp"
#include "comet/push/fan_out.hpp"
#include "comet/room/membership.hpp"
#include "comet/room/room_sweep.hpp"
#include "comet/room/room_table.hpp"
#include "comet/wire/delivery.hpp"
#include "common/base/cidr.hpp"
#include "common/base/slot.hpp"

namespace im::comet {

/// Where clients come, and what they speak there.
struct ClientPort {
  Endpoint endpoint;
  Transport transport = Transport::kTcp;
  const Dialect* dialect = nullptr;
  bool secure = false;  ///< inside TLS
};

struct WorkerConfig {
  std::uint8_t index = 0;
  IoConfig io;
  ProtocolConfig protocol;
  PollConfig poll;
  SweepConfig sweep;
  std::uint32_t turn = 256;
  std::uint64_t max_connections = 0;  ///< with a socket, of this worker
  int backlog = 4096;
  CidrList proxies;  ///< load balancers that begin with a PROXY header
};

/// One thread, one io_context, one shard of connections and rooms; inside it there is no lock. Other threads hand over
/// tasks through one inbox with one wake-up per batch.
class Worker final : public WorkerPort {
 public:
  using Task = std::function<void(Worker&)>;
  static constexpr std::size_t kToldFull = 64;  ///< beyond the limit, at a time, to be told so

  Worker(WorkerConfig config, Edge& edge, ControlPort& control);
  ~Worker() override;
  Worker(const Worker&) = delete;
  Worker& operator=(const Worker&) = delete;

  /// All workers of this comet, by index: they hand each other long-poll requests. Before start().
  void set_peers(std::vector<Worker*> peers) { peers_ = std::move(peers); }
  /// See thread_with_table(): `kept` is what any worker was built with, so that they can wake each other.
  void start(const std::vector<int>& kept = {});
  void stop();  ///< connections are closed without a frame; joins the thread

  /// Any thread.
  void post(Task task);
  void hand_over(DeliveryBatchRef batch) override;
  void hand_over(CommandBatchRef batch) override;

  // On the worker's thread, from tasks:
  void listen(const ClientPort& port);
  void accept_clients();  ///< until then the kernel refuses clients; throws as start_listening()
  void stop_listening();
  /// See ClientProtocol::set_limits; `origins` for long-poll too.
  void set_limits(Rate messages, const std::vector<std::string>& origins);
  void kick(const std::vector<ConnId>& conns, CloseReason reason);
  void trace(const TraceRef& trace);
  void close_all(CloseReason reason);
  /// Closes at most `limit` connections; the number closed.
  std::size_t close_some(CloseReason reason, std::size_t limit);
  /// Closes the sessions in one of `parts` equal parts of the places.
  void close_part(CloseReason reason, std::uint32_t part, std::uint32_t parts);
  ClientProtocol& protocol() { return protocol_; }
  Membership& membership() { return membership_; }
  RoomTable& rooms() { return rooms_; }
  /// See ShardPort::digest.
  std::vector<std::uint64_t> digest();
  std::vector<SessionRecord> sessions(const SlotSet& slots);
  std::uint32_t tick() const;

  const WorkerStats& stats() const { return stats_; }
  std::uint8_t index() const { return config_.index; }

 private:
  struct Reactor;  ///< the Asio part, in worker.cpp
  struct Listening {
    int fd;
    ClientPort port;
  };
  bool to_peer(std::uint8_t index, PollDoor::Task task);
  void open(std::size_t index);
  void run_inbox();
  void poll_sockets();
  void turn();
  void accept(const Listening& listening);
  void on_tick();
  void pause_accepting();
  void set_accepting(bool on);

  WorkerConfig config_;
  Edge& edge_;
  WorkerStats stats_;
  ConnectionIo io_;
  RoomTable rooms_;
  RoomSweeps sweeps_;
  Membership membership_;
  ClientProtocol protocol_;
  PollDoor poll_;
  FanOut fan_out_;
  DirectCommands direct_;
  std::vector<Worker*> peers_;
  std::vector<Listening> listening_;
  bool wanted_ = false;  ///< accept_clients() was called
  bool accepting_ = false;
  std::size_t kept_ = 0;  ///< descriptors in a table of its own that are of no socket; 0: the table is the process's

  std::mutex inbox_mutex_;
  std::vector<Task> inbox_;
  bool woken_ = false;

  std::unique_ptr<Reactor> reactor_;
  std::thread thread_;
};

}  // namespace im::comet
