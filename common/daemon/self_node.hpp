#pragma once

#include <string>

#include "common/daemon/node_config.hpp"
#include "common/registry/node.hpp"

namespace im {

/// What a daemon says of itself in the node registry, the same for every kind. `grpc_address`: where others reach it;
/// empty for a daemon without gRPC, whose ops address then tells two of one name apart.
registry::Node self_node(registry::NodeKind kind, const NodeConfig& config, std::string grpc_address);

}  // namespace im
