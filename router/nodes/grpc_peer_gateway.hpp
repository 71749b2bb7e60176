#pragma once

#include <memory>

#include "router/nodes/peer_gateway.hpp"

namespace im::router {

std::unique_ptr<PeerGateway> make_grpc_peer_gateway();

}  // namespace im::router
