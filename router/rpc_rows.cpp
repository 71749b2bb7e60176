#include "router/rpc_rows.hpp"

#include <algorithm>
#include <chrono>

namespace im::router {

CometInstance instance(const im::CometRef& ref) { return {CometNumber(ref.number()), InstanceEpoch(ref.epoch())}; }

void fill(im::CometRef& out, const CometInstance& comet) {
  out.set_number(comet.number.value());
  out.set_epoch(comet.epoch.value());
}

SessionRow row_of(const im::Session& session) {
  return {Uid(session.uid()),
          session.key(),
          {CometNumber(session.comet()), InstanceEpoch(session.comet_epoch())},
          ConnId(session.conn()),
          SessionEpoch(session.session_epoch()),
          session.platform(),
          session.client_ip(),
          session.room()};
}

void fill(im::Session& out, const SessionRow& row) {
  out.set_uid(row.uid.value());
  out.set_key(row.key);
  out.set_comet(row.comet.number.value());
  out.set_comet_epoch(row.comet.epoch.value());
  out.set_conn(row.conn.raw());
  out.set_session_epoch(row.epoch.value());
  out.set_platform(row.platform);
  out.set_client_ip(row.client_ip);
  out.set_room(row.room);
}

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

void fill(im::RoomCount& out, const std::pair<std::string, std::int32_t>& count) {
  out.set_room(count.first);
  out.set_count(count.second);
}

bool valid_kind(im::NodeKind kind) { return kind >= im::NODE_COMET && kind <= im::NODE_ROUTER; }

}  // namespace im::router
