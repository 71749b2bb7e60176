#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <utility>

#include "common/base/ids.hpp"

namespace im::comet {

/// Who asked for a room, and so who is told when the router knows it.
enum class JoinKind : std::uint8_t {
  kLogin,    ///< the room a session begins with: its login is answered
  kChange,   ///< op 12: it is answered
  kCommand,  ///< logic: its ticket comes back
};

/// What became of a command to join or leave, over all connections named in it.
struct JoinCount {
  std::uint32_t done = 0;     ///< memberships that are as asked, those that were so before included
  std::uint32_t gone = 0;     ///< connections that are not here or not open
  std::uint32_t refused = 0;  ///< over the rooms that one connection may be in
};

/// Held by each join of a command that waits for the router. When the last holder lets go, the command is answered:
/// whatever is pushed to these rooms from then on reaches their new members. Used by one worker at a time.
class JoinTicket {
 public:
  explicit JoinTicket(std::function<void(JoinCount)> answered) : answered_(std::move(answered)) {}
  ~JoinTicket() { answered_(count); }
  JoinTicket(const JoinTicket&) = delete;
  JoinTicket& operator=(const JoinTicket&) = delete;

  JoinCount count;

 private:
  std::function<void(JoinCount)> answered_;
};
using JoinTicketRef = std::shared_ptr<JoinTicket>;

/// One that waits.
struct Joined {
  ConnId conn;
  JoinKind kind = JoinKind::kLogin;
  JoinTicketRef ticket;  ///< kCommand
};

}  // namespace im::comet
