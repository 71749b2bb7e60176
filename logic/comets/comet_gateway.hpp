#pragma once

#include <utility>
#include <vector>

#include "common/base/ids.hpp"
#include "common/base/result.hpp"
#include "logic/comets/comet_command.hpp"
#include "logic/comets/comet_trace.hpp"

namespace im::logic {

/// The comets as logic uses them past Kafka: not durable, at most once, and the caller hears what came of it. Commands
/// for one comet keep the order of the calls; a comet that is slow or dead delays nobody but itself. Any thread, never
/// blocks; each callback runs once, on any thread.
class CometGateway {
 public:
  virtual ~CometGateway() = default;

  /// kNotFound: there is no such comet. One that the node list may not name yet is waited for a while.
  virtual void send(const CometInstance& comet, CometCommand command, Reached done) = 0;
  /// To every comet that the registry names: how many connections in all; an error of one wins. kUnavailable: it may
  /// not have named all.
  virtual void kick_everywhere(Kick kick, Reached done) = 0;
  virtual void trace(const TraceAsk& ask, Traced done) = 0;

  void deliver(const CometInstance& comet, std::vector<ConnId> conns, EncodedPush content, Reached done) {
    send(comet, DirectPush{std::move(conns), std::move(content)}, std::move(done));
  }
  void join(const CometInstance& comet, std::vector<ConnId> conns, std::vector<RoomId> rooms, Reached done) {
    send(comet, RoomChange{std::move(conns), std::move(rooms), true}, std::move(done));
  }
  void leave(const CometInstance& comet, std::vector<ConnId> conns, std::vector<RoomId> rooms, Reached done) {
    send(comet, RoomChange{std::move(conns), std::move(rooms), false}, std::move(done));
  }
  void kick(const CometInstance& comet, Kick kick, Reached done) { send(comet, std::move(kick), std::move(done)); }
};

}  // namespace im::logic
