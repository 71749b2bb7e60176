#pragma once

#include <optional>

#include <grpcpp/server_context.h>

#include "im/router.grpc.pb.h"
#include "router/state/router_state.hpp"

namespace im::router {

/// Why nothing of this comet is taken.
std::optional<grpc::Status> comet_fault(const RouterState& state, CometInstance comet);

/// Why a login is refused before the sessions are asked.
std::optional<grpc::Status> bind_refusal(RouterState& state, const grpc::CallbackServerContext& context,
                                         const BindRequest& request);

}  // namespace im::router
