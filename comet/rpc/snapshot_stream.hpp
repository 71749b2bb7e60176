#pragma once

#include <cstdint>
#include <functional>
#include <vector>

#include <grpcpp/support/server_callback.h>

#include "comet/cluster/holdings.hpp"
#include "common/base/slot.hpp"
#include "im/comet.pb.h"

namespace im::comet {

/// Asks for what this comet holds; the answer may come on any thread, or never when the comet stops.
using SnapshotSource = std::function<void(SlotSet slots, std::function<void(Holdings)> done)>;

/// Asks for ShardPort::digest of all workers; as above.
using DigestSource = std::function<void(std::function<void(std::vector<std::uint64_t>)> done)>;

/// One answer to Snapshot (comet.proto), in parts (SnapshotParts). Deletes itself.
grpc::ServerWriteReactor<SnapshotPart>* start_snapshot(CometInstance self, const SnapshotRequest& request,
                                                       const SnapshotSource& source);

}  // namespace im::comet
