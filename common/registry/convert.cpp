#include "common/registry/convert.hpp"

namespace im::registry {

static_assert(static_cast<int>(NodeKind::kComet) == im::NODE_COMET);
static_assert(static_cast<int>(NodeKind::kRouter) == im::NODE_ROUTER);

bool valid(im::NodeKind kind) { return kind >= im::NODE_COMET && kind <= im::NODE_ROUTER; }

Node described_node_of(const im::Node& in) {
  Node node;
  node.kind = kind_of(in.kind());
  node.name = in.name();
  node.grpc_address = in.grpc_address();
  node.ops_address = in.ops_address();
  node.region = in.region();
  node.zone = in.zone();
  node.env = in.env();
  node.hostname = in.hostname();
  node.version = in.version();
  node.addresses.assign(in.addresses().begin(), in.addresses().end());
  node.weight = in.weight();
  node.offline = in.offline();
  return node;
}

Node node_of(const im::Node& in) {
  Node node = described_node_of(in);
  node.instance = {CometNumber(in.number()), InstanceEpoch(in.epoch())};
  node.registered_ms = in.registered_ms();
  node.renewed_ms = in.renewed_ms();
  node.lease_left_ms = in.lease_left_ms();
  node.connections = in.conn_count();
  node.clients = in.ip_count();
  node.roomless = in.roomless_count();
  node.draining = in.draining();
  node.restoring = in.restoring();
  return node;
}

void fill(im::Node& out, const Node& node) {
  out.set_kind(to_wire(node.kind));
  out.set_name(node.name);
  out.set_grpc_address(node.grpc_address);
  out.set_ops_address(node.ops_address);
  out.set_region(node.region);
  out.set_zone(node.zone);
  out.set_env(node.env);
  out.set_hostname(node.hostname);
  out.set_version(node.version);
  for (const auto& address : node.addresses) out.add_addresses(address);
  out.set_weight(node.weight);
  out.set_offline(node.offline);
  out.set_number(node.instance.number.value());
  out.set_epoch(node.instance.epoch.value());
  out.set_registered_ms(node.registered_ms);
  out.set_renewed_ms(node.renewed_ms);
  out.set_lease_left_ms(node.lease_left_ms);
  out.set_conn_count(node.connections);
  out.set_ip_count(node.clients);
  out.set_roomless_count(node.roomless);
  out.set_draining(node.draining);
  out.set_restoring(node.restoring);
}

NodeRef ref_of(const im::router::NodeRef& ref) { return {kind_of(ref.kind()), ref.name(), InstanceEpoch(ref.epoch())}; }

void fill(im::router::NodeRef& out, const NodeRef& ref) {
  out.set_kind(to_wire(ref.kind));
  out.set_name(ref.name);
  out.set_epoch(ref.epoch.value());
}

im::router::RegisterNodeRequest register_request(const Node& self, CometInstance previous, std::int64_t clock_us) {
  im::router::RegisterNodeRequest request;
  fill(*request.mutable_node(), self);
  request.mutable_previous()->set_number(previous.number.value());
  request.mutable_previous()->set_epoch(previous.epoch.value());
  request.set_clock_us(clock_us);
  return request;
}

Registration registration_of(const im::router::RegisterNodeReply& reply) {
  Registration registration;
  registration.self = {CometNumber(reply.self().number()), InstanceEpoch(reply.self().epoch())};
  registration.lease = std::chrono::milliseconds(reply.lease_ms());
  registration.kept = reply.kept();
  registration.clock_us = reply.clock_us();
  return registration;
}

im::router::RenewNodeRequest renew_request(const NodeRef& self, const NodeLoad& load, std::int64_t clock_us) {
  im::router::RenewNodeRequest request;
  fill(*request.mutable_node(), self);
  request.set_conn_count(load.connections);
  request.set_ip_count(load.clients);
  request.set_weight(load.weight);
  request.set_offline(load.offline);
  request.set_draining(load.draining);
  request.set_roomless_count(load.roomless);
  request.set_clock_us(clock_us);
  return request;
}

NodeLoad load_of(const im::router::RenewNodeRequest& request) {
  NodeLoad load;
  load.connections = request.conn_count();
  load.clients = request.ip_count();
  load.weight = request.weight();
  load.offline = request.offline() || request.draining();
  load.draining = request.draining();
  load.roomless = request.roomless_count();
  return load;
}

Renewal renewal_of(const im::router::RenewNodeReply& reply) {
  using Reply = im::router::RenewNodeReply;
  const LeaseState state = reply.state() == Reply::OK       ? LeaseState::kOk
                           : reply.state() == Reply::FENCED ? LeaseState::kFenced
                                                            : LeaseState::kUnknown;
  return {state, reply.clock_us()};
}

im::router::RenewNodeReply::State to_wire(LeaseState state) {
  using Reply = im::router::RenewNodeReply;
  return state == LeaseState::kOk ? Reply::OK : state == LeaseState::kFenced ? Reply::FENCED : Reply::UNKNOWN;
}

NodeListing listing_of(const im::router::ListNodesReply& reply) {
  NodeListing listing;
  listing.nodes.reserve(static_cast<std::size_t>(reply.nodes_size()));
  for (const auto& node : reply.nodes()) listing.nodes.push_back(node_of(node));
  listing.router_id = reply.router_id();
  listing.version = reply.version();
  listing.complete = reply.complete();
  listing.clock_us = reply.clock_us();
  return listing;
}

}  // namespace im::registry
