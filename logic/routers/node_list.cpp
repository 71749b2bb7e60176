#include "logic/routers/node_list.hpp"

#include <algorithm>

#include "common/rpc/call.hpp"
#include "im/router.grpc.pb.h"

namespace im::logic {

namespace {

void set_deadline(grpc::ClientContext& context) {
  context.set_deadline(std::chrono::system_clock::now() + std::chrono::seconds(2));
}

std::string kind_name(im::NodeKind kind) {
  switch (kind) {
    case im::NODE_COMET:
      return "comet";
    case im::NODE_LOGIC:
      return "logic";
    case im::NODE_JOB:
      return "job";
    case im::NODE_ROUTER:
      return "router";
    default:
      return "unknown";
  }
}

NodeInfo info_of(const im::Node& node) {
  NodeInfo info;
  info.kind = kind_name(node.kind());
  info.name = node.name();
  info.grpc_address = node.grpc_address();
  info.ops_address = node.ops_address();
  info.region = node.region();
  info.zone = node.zone();
  info.env = node.env();
  info.hostname = node.hostname();
  info.version = node.version();
  info.addresses.assign(node.addresses().begin(), node.addresses().end());
  info.weight = node.weight();
  info.connections = node.conn_count();
  info.clients = node.ip_count();
  info.roomless = node.roomless_count();
  info.registered_ms = node.registered_ms();
  info.renewed_ms = node.renewed_ms();
  info.offline = node.offline();
  info.lease_left_ms = node.lease_left_ms();
  info.draining = node.draining();
  info.restoring = node.restoring();
  info.comet = {CometNumber(node.number()), InstanceEpoch(node.epoch())};
  return info;
}

/// The comets of a list. `former`: a router that has started anew does not name all of them yet; those it does not name
/// stay, unless a newer instance has their number.
std::vector<CometInstance> comets_of(const std::vector<NodeInfo>& nodes, const std::vector<CometInstance>& former) {
  std::vector<CometInstance> comets;
  for (const NodeInfo& node : nodes) {
    if (node.kind == "comet") comets.push_back(node.comet);
  }
  const std::size_t named = comets.size();
  for (const CometInstance& old : former) {
    const auto end = comets.begin() + static_cast<std::ptrdiff_t>(named);
    if (std::none_of(comets.begin(), end, [&](const CometInstance& one) { return one.number == old.number; }))
      comets.push_back(old);
  }
  return comets;
}

}  // namespace

NodeList::NodeList(routers::RouterMap& routers, NodeInfo self, Health& health)
    : routers_(routers), self_(std::move(self)), health_(health) {
  health_.set("router", false, "not asked yet");
}

NodeList::~NodeList() { stop(); }

void NodeList::start() {
  thread_ = std::thread([this] { run(); });
}

void NodeList::stop() {
  stopping_ = true;
  if (thread_.joinable()) thread_.join();
}

void NodeList::run() {
  TimePoint renew_at{};
  while (!stopping_) {
    if (monotonic_now() >= renew_at && renew()) renew_at = monotonic_now() + std::chrono::seconds(2);
    if (!refresh()) std::this_thread::sleep_for(std::chrono::milliseconds(100));
  }
}

/// Ready: every slot has a router, and the one that keeps the node list answers.
void NodeList::look_at_routers(bool answered, const std::string& detail) {
  std::string missing;
  const bool ready = routers_.ready(&missing);
  health_.set("router", ready && answered, !ready ? missing : detail);
}

bool NodeList::renew() {
  const auto router = routers_.owner(kRegistrySlot);
  if (!router) return false;
  const auto stub = im::router::Router::NewStub(router);
  grpc::ClientContext context;
  set_deadline(context);
  im::router::RenewNodeRequest request;
  request.mutable_node()->set_kind(im::NODE_LOGIC);
  request.mutable_node()->set_name(self_.name);
  request.mutable_node()->set_epoch(epoch_);
  im::router::RenewNodeReply reply;
  if (!stub->RenewNode(&context, request, &reply).ok()) return false;
  if (reply.state() == im::router::RenewNodeReply::OK) return true;
  grpc::ClientContext again;
  set_deadline(again);
  im::router::RegisterNodeRequest join;
  auto& node = *join.mutable_node();
  node.set_kind(im::NODE_LOGIC);
  node.set_name(self_.name);
  node.set_grpc_address(self_.grpc_address);
  node.set_ops_address(self_.ops_address);
  node.set_region(self_.region);
  node.set_zone(self_.zone);
  node.set_env(self_.env);
  node.set_version(self_.version);
  im::router::RegisterNodeReply joined;
  if (!stub->RegisterNode(&again, join, &joined).ok()) return false;
  epoch_ = joined.self().epoch();
  return true;
}

/// Long poll: a comet that registers is known here before its first client can be pushed to.
bool NodeList::refresh() {
  const auto router = routers_.owner(kRegistrySlot);
  if (!router) {
    look_at_routers(false, "no router keeps the node list");
    return false;
  }
  const auto stub = im::router::Router::NewStub(router);
  grpc::ClientContext context;
  set_deadline(context);
  im::router::ListNodesRequest request;
  request.set_after_version(listed_from_ == router.get() ? version() : 0);
  request.set_wait_ms(1000);
  im::router::ListNodesReply reply;
  const grpc::Status status = stub->ListNodes(&context, request, &reply);
  look_at_routers(status.ok(), status.error_message());
  listed_from_ = status.ok() ? router.get() : nullptr;
  if (!status.ok()) {
    routers_.refresh();
    return false;
  }
  std::vector<NodeInfo> nodes;
  for (const auto& node : reply.nodes()) nodes.push_back(info_of(node));
  const std::lock_guard lock(mutex_);
  comets_ = comets_of(nodes, reply.complete() ? std::vector<CometInstance>() : comets_);
  nodes_ = std::move(nodes);
  version_ = reply.version();
  answered_ = monotonic_now();
  return true;
}

std::vector<NodeInfo> NodeList::nodes() const {
  const std::lock_guard lock(mutex_);
  return nodes_;
}

NodeView NodeList::view() const {
  const std::lock_guard lock(mutex_);
  NodeView view{nodes_, version_, std::nullopt};
  if (answered_) view.age = std::chrono::duration_cast<std::chrono::milliseconds>(monotonic_now() - *answered_);
  return view;
}

std::uint64_t NodeList::version() const {
  const std::lock_guard lock(mutex_);
  return version_;
}

void NodeList::forget(CometNumber number, std::function<void(Status)> done) {
  const auto known = nodes();
  const auto node = std::find_if(known.begin(), known.end(), [number](const NodeInfo& one) {
    return one.kind == "comet" && one.comet.number == number;
  });
  if (node == known.end()) {
    done(Ok{});  // its lease has ended: nothing of it is left
    return;
  }
  im::router::UnregisterNodeRequest request;
  request.mutable_node()->set_kind(im::NODE_COMET);
  request.mutable_node()->set_name(node->name);
  request.mutable_node()->set_epoch(node->comet.epoch.value());
  using Reply = im::router::UnregisterNodeReply;
  const auto router = routers_.owner(kRegistrySlot);
  if (!router) return done(Error{Error::Code::kUnavailable, "no router keeps the node list"});
  const std::shared_ptr<im::router::Router::Stub> stub = im::router::Router::NewStub(router);
  rpc::call<Reply>(
      std::move(request), std::chrono::seconds(2),
      [&stub](grpc::ClientContext* context, const im::router::UnregisterNodeRequest* ask, Reply* reply,
              std::function<void(grpc::Status)> finish) {
        stub->async()->UnregisterNode(context, ask, reply, std::move(finish));
      },
      [stub, done = std::move(done)](const Result<Reply>& reply) {
        done(reply.ok() ? Status(Ok{}) : Status(reply.error()));
      });
}

std::optional<std::vector<CometInstance>> NodeList::comets_within(std::chrono::milliseconds age) const {
  {
    const std::lock_guard lock(mutex_);
    if (!answered_ || monotonic_now() - *answered_ > age) return std::nullopt;
  }
  return comets();
}

std::vector<CometInstance> NodeList::comets() const {
  const std::lock_guard lock(mutex_);
  return comets_;
}

}  // namespace im::logic
