#pragma once

#include <vector>

#include "comet/logic_gateway.hpp"

namespace im::comet {

/// Sessions whose home or key lies in the slots asked for, and the rooms there that have members.
struct Holdings {
  std::vector<SessionRecord> sessions;
  std::vector<RoomPresence> rooms;
};

}  // namespace im::comet
