#pragma once

#include <memory>

#include "router/state/comet_snapshots.hpp"

namespace im::router {

/// im.comet.Comet.Snapshot over gRPC; destroying it cancels what runs and waits for it.
std::unique_ptr<CometSnapshots> make_grpc_comet_snapshots();

}  // namespace im::router
