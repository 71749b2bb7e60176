#pragma once

#include <chrono>
#include <memory>

#include <grpcpp/channel.h>

#include "logic/comets/comet_gateway.hpp"

namespace im::logic {

/// One Trace call (comet.proto); `done` once, on a gRPC thread.
void trace_over(const std::shared_ptr<grpc::Channel>& channel, const TraceAsk& ask, std::chrono::milliseconds deadline,
                Traced done);

}  // namespace im::logic
