#pragma once

#include "im/types.pb.h"
#include "router/nodes/node_registry.hpp"

/// Rows of the node registry as messages, and back.
namespace im::router {

/// The answer of another router, or what the store has. Its lease is not told here.
NodeRow row_of(registry::Node node);
/// With how much is left of its lease.
void fill(im::Node& out, const NodeRow& row);

}  // namespace im::router
