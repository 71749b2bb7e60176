#pragma once

#include <memory>

#include <grpcpp/impl/codegen/service_type.h>

#include "logic/identity/connection_service.hpp"
#include "logic/push/push_fates.hpp"
#include "logic/requests/request_router.hpp"
#include "logic/routers/node_policy.hpp"
#include "logic/routers/routers_part.hpp"

namespace im::logic {

/// proto/im/logic.proto: connects and disconnects to ConnectionService, requests to the RequestRouter, Nodes from the
/// last node list, everything of the registry and of rooms on to the routers. Handlers never wait.
std::unique_ptr<grpc::Service> make_logic_service(ConnectionService& connections, RequestRouter& requests,
                                                  NodePolicy policy, RoutersPart& routers, PushFates& fates);

}  // namespace im::logic
