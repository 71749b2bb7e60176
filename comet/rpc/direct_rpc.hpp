#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>

#include <grpcpp/impl/codegen/service_type.h>

#include "comet/push/worker_set.hpp"
#include "comet/rpc/this_comet.hpp"

namespace im::comet {

struct DirectStats {
  std::atomic<std::uint64_t> commands{0}, unreadable{0}, streams{0}, streams_refused{0};
};

/// The gRPC service that logics stream direct commands into: CometDirect of proto/im/comet.proto. Any thread.
/// `drain`: what a Drain does; must not block.
std::unique_ptr<grpc::Service> make_direct_service(const WorkerSet& workers, Self self, DirectStats& stats,
                                                   std::function<void()> drain);

}  // namespace im::comet
