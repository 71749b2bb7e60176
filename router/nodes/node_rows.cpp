#include "router/nodes/node_rows.hpp"

#include <algorithm>
#include <chrono>

namespace im::router {

NodeRow node_of(const im::Node& node) {
  NodeRow row;
  row.kind = static_cast<NodeKind>(node.kind());
  row.name = node.name();
  row.grpc_address = node.grpc_address();
  row.ops_address = node.ops_address();
  row.region = node.region();
  row.zone = node.zone();
  row.env = node.env();
  row.hostname = node.hostname();
  row.version = node.version();
  row.addresses.assign(node.addresses().begin(), node.addresses().end());
  row.weight = node.weight();
  row.offline = node.offline();
  return row;
}

NodeRow registered_node_of(const im::Node& node) {
  NodeRow row = node_of(node);
  row.number = CometNumber(node.number());
  row.epoch = InstanceEpoch(node.epoch());
  row.registered_ms = node.registered_ms();
  row.renewed_ms = node.renewed_ms();
  row.connections = node.conn_count();
  row.addresses_seen = node.ip_count();
  row.draining = node.draining();
  row.roomless = node.roomless_count();
  return row;
}

void fill(im::Node& out, const NodeRow& row) {
  out.set_kind(static_cast<im::NodeKind>(row.kind));
  out.set_name(row.name);
  out.set_grpc_address(row.grpc_address);
  out.set_ops_address(row.ops_address);
  out.set_region(row.region);
  out.set_zone(row.zone);
  out.set_env(row.env);
  out.set_hostname(row.hostname);
  out.set_version(row.version);
  for (const auto& address : row.addresses) out.add_addresses(address);
  out.set_weight(row.weight);
  out.set_offline(row.offline);
  out.set_number(row.number.value());
  out.set_epoch(row.epoch.value());
  out.set_registered_ms(row.registered_ms);
  out.set_renewed_ms(row.renewed_ms);
  out.set_conn_count(row.connections);
  out.set_ip_count(row.addresses_seen);
  const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(row.lease_until - monotonic_now()).count();
  out.set_lease_left_ms(std::max<std::int64_t>(0, left));
  out.set_draining(row.draining);
  out.set_restoring(row.restoring);
  out.set_roomless_count(row.roomless);
}

bool valid_kind(im::NodeKind kind) { return kind >= im::NODE_COMET && kind <= im::NODE_ROUTER; }

}  // namespace im::router
