#pragma once

#include <cstddef>
#include <deque>
#include <map>

#include "logic/comets/comet_table.hpp"

namespace im::logic {

/// Commands go to the peer of their comet. Those for a comet that the node list does not name wait while the list is
/// not whole, as after the start of this logic or of a router: until it names the comet or is whole, and not longer
/// than DirectLimits::patience. The scheduler's thread only.
class HeldCommands {
 public:
  HeldCommands(CometPeers& shared, CometTable& table) : shared_(shared), table_(table) {}

  /// `done` once. kNotFound: there is no such comet; kUnavailable: the list did not become whole in time.
  void send(const CometInstance& comet, CometCommand command, Reached done);
  /// Everything that waits fails.
  void drain(const Error& why);
  bool empty() const { return held_.empty(); }

 private:
  struct Held {
    CometCommand command;
    Reached done;
    TimePoint until;
    std::size_t bytes = 0;
  };
  using Row = std::map<CometInstance, std::deque<Held>>::iterator;
  void hold(const CometInstance& comet, CometCommand command, Reached done);
  Row look(Row row);
  void look_later();
  Held take(std::deque<Held>& commands);

  CometPeers& shared_;
  CometTable& table_;
  std::map<CometInstance, std::deque<Held>> held_;  ///< the oldest first; no row is empty
  std::size_t bytes_ = 0;
  bool looking_ = false;  ///< a timer is set
};

}  // namespace im::logic
