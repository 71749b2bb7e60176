#pragma once

#include <memory>

#include "job/comet_gateway.hpp"

namespace im::job {

/// im.comet.Comet.Push over gRPC, a connection per stream. Destroying it waits for the streams' last callbacks (at most
/// 5 s).
std::unique_ptr<CometGateway> make_grpc_comet_gateway();

}  // namespace im::job
