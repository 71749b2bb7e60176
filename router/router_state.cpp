#include "router/router_state.hpp"

#include "common/base/log.hpp"

namespace im::router {

namespace {
constexpr std::size_t kSlotsPerTick = 32;
}

RouterState::RouterState(Duration lease)
    : lease_(lease),
      router_id_(static_cast<std::uint64_t>(unix_ms())),
      started_(monotonic_now()),
      nodes_(lease),
      rooms_(router_id_ << 10),
      sessions_([this](CometInstance comet) { return alive(comet); }, [] { return unix_ms(); }, store_) {}

bool RouterState::alive(CometInstance comet) const {
  const std::shared_lock lock(nodes_mutex_);
  return nodes_.alive(comet);
}

bool RouterState::complete() const {
  if (monotonic_now() - started_ < lease_) return false;
  const std::shared_lock lock(nodes_mutex_);
  return !nodes_.any_restoring();
}

Result<NodeRegistry::Registered> RouterState::register_node(NodeRow node, CometInstance previous) {
  const std::string name = node.name;
  const std::string address = node.grpc_address;
  const std::unique_lock lock(nodes_mutex_);
  auto result = nodes_.add(std::move(node), previous, monotonic_now(), unix_ms());
  if (result.ok()) {
    log::info("node registered", {{"name", name},
                                  {"address", address},
                                  {"number", result.value().self.number.value()},
                                  {"epoch", result.value().self.epoch.value()},
                                  {"kept", result.value().kept}});
  } else {
    log::warn("node refused", {{"name", name}, {"address", address}, {"why", result.error().message}});
  }
  return result;
}

NodeRegistry::Lease RouterState::renew(NodeKind kind, const std::string& name, InstanceEpoch epoch,
                                       const NodeRegistry::Load& load) {
  const std::unique_lock lock(nodes_mutex_);
  return nodes_.renew(kind, name, epoch, load, monotonic_now(), unix_ms());
}

void RouterState::unregister(NodeKind kind, const std::string& name, InstanceEpoch epoch) {
  {
    const std::unique_lock lock(nodes_mutex_);
    nodes_.remove(kind, name, epoch);
  }
  tick();
}

void RouterState::restored(CometInstance comet) {
  const std::unique_lock lock(nodes_mutex_);
  nodes_.restored(comet);
}

std::vector<NodeRow> RouterState::nodes(std::optional<NodeKind> kind) const {
  const std::shared_lock lock(nodes_mutex_);
  return nodes_.list(kind);
}

std::vector<CometInstance> RouterState::live_comets() const {
  std::vector<CometInstance> comets;
  for (const NodeRow& node : nodes(NodeKind::kComet)) comets.push_back({node.number, node.epoch});
  return comets;
}

std::uint64_t RouterState::nodes_version() const {
  const std::shared_lock lock(nodes_mutex_);
  return nodes_.version();
}

void RouterState::tick() {
  std::vector<CometInstance> gone;
  {
    const std::unique_lock lock(nodes_mutex_);
    gone = nodes_.expire(monotonic_now());
  }
  for (const CometInstance comet : gone) {
    log::warn("comet gone: its sessions are no longer found",
              {{"number", comet.number.value()}, {"epoch", comet.epoch.value()}});
    with_rooms([&](RoomRegistry& rooms) { rooms.drop(comet); });
  }
  sessions_.reclaim(kSlotsPerTick);
}

}  // namespace im::router
