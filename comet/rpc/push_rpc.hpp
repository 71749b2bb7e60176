#pragma once

#include <functional>
#include <memory>

#include <grpcpp/impl/codegen/service_type.h>

#include "comet/push/push_ingress.hpp"
#include "comet/rpc/snapshot_stream.hpp"
#include "comet/rpc/this_comet.hpp"

namespace im::comet {

/// The gRPC service that job streams pushes into: proto/im/comet.proto.
/// `self` = number and epoch of this comet now; a call that names another one is refused.
/// `on_gone`: its lease is over; any thread.
struct HoldingsSource {
  SnapshotSource snapshot;
  DigestSource digest;
};
std::unique_ptr<grpc::Service> make_push_service(PushIngress& ingress, Self self, HoldingsSource holdings,
                                                 std::function<void()> on_gone);

}  // namespace im::comet
