#pragma once

#include <memory>

#include <grpcpp/impl/codegen/service_type.h>

#include "logic/push_api/push_api.hpp"

namespace im::logic {

/// proto/im/push_api.proto: the gRPC twin of /v1/push.
std::unique_ptr<grpc::Service> make_push_api_service(PushApi& api, PushLimits limits);

}  // namespace im::logic
