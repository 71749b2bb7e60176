#pragma once

#include "im/router.pb.h"
#include "router/nodes/node_registry.hpp"

/// Rows of the node registry as messages of router.proto, and back.
namespace im::router {

/// What a node says of itself.
NodeRow node_of(const im::Node& node);
/// With what the registry says of it: the answer of another router, or what the store has.
NodeRow registered_node_of(const im::Node& node);
void fill(im::Node& out, const NodeRow& row);
bool valid_kind(im::NodeKind kind);

}  // namespace im::router
