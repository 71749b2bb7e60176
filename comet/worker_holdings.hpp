#pragma once

#include <cstdint>
#include <vector>

#include "comet/connection/connection_io.hpp"
#include "comet/logic_gateway.hpp"
#include "common/base/slot.hpp"

/// What routers ask of one worker: its sessions, and sums of them. On the worker's thread.
namespace im::comet {

/// Sessions whose home or key lies in one of `slots`.
std::vector<SessionRecord> sessions_of(ConnectionIo& io, const IpTable& ips, const SlotSet& slots);

/// See ShardPort::digest.
std::vector<std::uint64_t> digest_of(ConnectionSlab& slab);

}  // namespace im::comet
