#pragma once

#include "common/registry/node.hpp"
#include "im/router.pb.h"

/// The registry's values as messages of router.proto, and back.
namespace im::registry {

bool valid(im::NodeKind kind);
inline NodeKind kind_of(im::NodeKind kind) { return static_cast<NodeKind>(kind); }
inline im::NodeKind to_wire(NodeKind kind) { return static_cast<im::NodeKind>(kind); }

/// What a node says of itself, and nothing of what it may say of its lease.
Node described_node_of(const im::Node& node);
/// With what the registry says of it.
Node node_of(const im::Node& node);
void fill(im::Node& out, const Node& node);

NodeRef ref_of(const im::router::NodeRef& ref);
void fill(im::router::NodeRef& out, const NodeRef& ref);

im::router::RegisterNodeRequest register_request(const Node& self, CometInstance previous, std::int64_t clock_us);
Registration registration_of(const im::router::RegisterNodeReply& reply);

im::router::RenewNodeRequest renew_request(const NodeRef& self, const NodeLoad& load, std::int64_t clock_us);
NodeLoad load_of(const im::router::RenewNodeRequest& request);
Renewal renewal_of(const im::router::RenewNodeReply& reply);
im::router::RenewNodeReply::State to_wire(LeaseState state);

NodeListing listing_of(const im::router::ListNodesReply& reply);

}  // namespace im::registry
