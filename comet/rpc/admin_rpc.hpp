#pragma once

#include <functional>
#include <memory>
#include <string>

#include <grpcpp/impl/codegen/service_type.h>

#include "comet/connection/trace.hpp"
#include "comet/rpc/this_comet.hpp"
#include "common/base/ids.hpp"

namespace im::comet {

/// The gRPC service of operators: CometAdmin of proto/im/comet.proto.
std::unique_ptr<grpc::Service> make_admin_service(TraceHub& traces, Self self);

}  // namespace im::comet
