#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "comet/connection/stats.hpp"
#include "comet/logic_gateway.hpp"
#include "comet/wire/delivery.hpp"
#include "comet/wire/direct.hpp"
#include "common/base/slot.hpp"

namespace im::comet {

/// What a worker asks of the control thread. Any thread; never blocks. Answers come back as tasks of the worker.
class ControlPort {
 public:
  virtual ~ControlPort() = default;
  virtual void ask_connect(ConnectAsk ask) = 0;
  /// Its client has left: the login is not carried out if that can be helped.
  virtual void connect_abandoned(ConnId conn) = 0;
  virtual void ask_receive(ReceiveAsk ask) = 0;
  virtual void session_ended(SessionRecord session) = 0;
  virtual void room_joined(std::uint8_t worker, std::string room) = 0;  ///< first member on this worker
  virtual void room_left(std::uint8_t worker, std::string room) = 0;    ///< last member left
  virtual CometInstance self() const = 0;
};

/// One worker, as those see it who hand over what is for its connections. Any thread; never blocks: the worker takes
/// it in the order in which it was handed over.
class WorkerPort {
 public:
  virtual ~WorkerPort() = default;
  virtual void hand_over(DeliveryBatchRef batch) = 0;
  virtual void hand_over(CommandBatchRef batch) = 0;
};

/// One worker as the cluster's side of a comet sees it. Any thread; never blocks: each call becomes a task of the
/// worker, in the order of the calls. What is given to `done` comes on the worker's thread.
class ShardPort {
 public:
  virtual ~ShardPort() = default;
  virtual std::uint8_t index() const = 0;
  virtual const WorkerStats& stats() const = 0;
  virtual void connected(ConnId conn, Result<ConnectGrant> result) = 0;  ///< answer to ask_connect
  virtual void answered(ConnId conn, ReceiveAnswer answer) = 0;          ///< answer to ask_receive
  virtual void kick(std::vector<ConnId> conns, CloseReason reason) = 0;
  /// Closes the connections in one of `parts` equal parts.
  virtual void close_part(CloseReason reason, std::uint32_t part, std::uint32_t parts) = 0;
  virtual void room_ready(std::string room) = 0;  ///< answer to room_joined
  virtual void room_totals(std::shared_ptr<const RoomCounts> totals) = 0;
  virtual void changed_counts(std::function<void(RoomCounts)> done) = 0;
  virtual void sessions(SlotSet slots, std::function<void(std::vector<SessionRecord>)> done) = 0;
  /// For each of the 1024 slots the sum of the epochs of the sessions whose home it is.
  virtual void digest(std::function<void(std::vector<std::uint64_t>)> done) = 0;
};

}  // namespace im::comet
