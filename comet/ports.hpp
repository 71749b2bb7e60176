#pragma once

#include <cstdint>
#include <string>

#include "comet/logic_gateway.hpp"
#include "comet/wire/delivery.hpp"
#include "comet/wire/direct.hpp"

namespace im::comet {

/// What a worker asks of the control thread. Any thread; never blocks. Answers come back as tasks of the worker.
class ControlPort {
 public:
  virtual ~ControlPort() = default;
  virtual void ask_connect(ConnectAsk ask) = 0;
  /// Its client has left: the login is not carried out if that can be helped.
  virtual void connect_abandoned(ConnId conn) = 0;
  virtual void ask_receive(ConnId conn, ReceiveAsk ask) = 0;
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

}  // namespace im::comet
