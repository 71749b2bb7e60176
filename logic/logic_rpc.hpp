#pragma once

#include <chrono>
#include <memory>

#include <grpcpp/channel.h>
#include <grpcpp/impl/codegen/service_type.h>

#include "logic/connection_service.hpp"

namespace im::logic {

/// proto/im/logic.proto: connects and disconnects to ConnectionService, everything of the registry and of rooms on to
/// the router. Handlers never wait.
std::unique_ptr<grpc::Service> make_logic_service(ConnectionService& connections, std::shared_ptr<grpc::Channel> router,
                                                  std::chrono::milliseconds deadline);

}  // namespace im::logic
