#include "router/node_registry.hpp"

#include <algorithm>
#include <utility>

namespace im::router {

namespace {
constexpr std::uint32_t kMaxNumber = 0xffff;
}

CometNumber NodeRegistry::number_for(const std::string& name, CometNumber wanted) {
  if (const auto known = numbers_.find(name); known != numbers_.end()) return known->second;
  const auto taken = [&](std::uint32_t number) {
    return std::any_of(numbers_.begin(), numbers_.end(),
                       [&](const auto& entry) { return entry.second.value() == number; });
  };
  std::uint32_t number = wanted.value() != 0 && !taken(wanted.value()) ? wanted.value() : 1;
  while (taken(number) && number < kMaxNumber) ++number;
  numbers_.emplace(name, CometNumber(number));
  return CometNumber(number);
}

Result<NodeRegistry::Registered> NodeRegistry::add(NodeRow node, CometInstance previous, TimePoint now,
                                                   std::int64_t now_ms) {
  const Id id{node.kind, node.name};
  if (const auto held = nodes_.find(id); held != nodes_.end()) {
    const NodeRow& holder = held->second;
    if (holder.lease_until > now && holder.grpc_address != node.grpc_address) {
      return Error{Error::Code::kConflict, "the name \"" + node.name + "\" is held by " + holder.hostname + " at " +
                                               holder.grpc_address + "; stop that node or choose another node.name"};
    }
    if (node.kind == NodeKind::kComet && previous.epoch != holder.epoch)
      superseded_.push_back({holder.number, holder.epoch});
  }
  Registered result;
  InstanceEpoch& last = last_epoch_[id];
  if (node.kind == NodeKind::kComet) {
    result.self.number = number_for(node.name, previous.number);
    const bool same_place = previous.number.value() != 0 && previous.number == result.self.number;
    result.kept = same_place && previous.epoch >= last && previous.epoch.value() != 0;
  }
  last = result.kept ? previous.epoch : InstanceEpoch(std::max(last.value() + 1, static_cast<std::uint64_t>(now_ms)));
  result.self.epoch = last;
  node.number = result.self.number;
  node.epoch = last;
  node.registered_ms = node.renewed_ms = now_ms;
  node.lease_until = now + lease_;
  node.restoring = result.kept;
  if (node.kind == NodeKind::kComet) alive_[node.number.value()] = last;
  nodes_[id] = std::move(node);
  ++version_;
  return result;
}

NodeRegistry::Lease NodeRegistry::renew(NodeKind kind, const std::string& name, InstanceEpoch epoch, const Load& load,
                                        TimePoint now, std::int64_t now_ms) {
  const auto found = nodes_.find({kind, name});
  if (found == nodes_.end()) return Lease::kUnknown;
  NodeRow& node = found->second;
  if (node.epoch != epoch) return node.epoch > epoch ? Lease::kFenced : Lease::kUnknown;
  if (node.lease_until <= now)
    return Lease::kUnknown;  // expire() has not come by yet: its sessions are gone all the same
  if (node.offline != load.offline || node.draining != load.draining || node.weight != load.weight) ++version_;
  node.lease_until = now + lease_;
  node.renewed_ms = now_ms;
  node.connections = load.connections;
  node.addresses_seen = load.addresses;
  node.roomless = load.roomless;
  node.weight = load.weight;
  node.offline = load.offline;
  node.draining = load.draining;
  return Lease::kOk;
}

bool NodeRegistry::remove(NodeKind kind, const std::string& name, InstanceEpoch epoch) {
  const auto found = nodes_.find({kind, name});
  if (found == nodes_.end() || found->second.epoch != epoch) return false;
  found->second.lease_until = {};
  return true;
}

std::vector<CometInstance> NodeRegistry::expire(TimePoint now) {
  std::vector<CometInstance> gone = std::exchange(superseded_, {});
  for (auto it = nodes_.begin(); it != nodes_.end();) {
    const NodeRow& node = it->second;
    if (node.lease_until > now) {
      ++it;
      continue;
    }
    if (node.kind == NodeKind::kComet) {
      gone.push_back({node.number, node.epoch});
      alive_.erase(node.number.value());
    }
    it = nodes_.erase(it);
    ++version_;
  }
  return gone;
}

void NodeRegistry::restored(CometInstance comet) {
  for (auto& [id, node] : nodes_) {
    if (node.number == comet.number && node.epoch == comet.epoch) node.restoring = false;
  }
}

bool NodeRegistry::alive(CometInstance comet) const {
  const auto found = alive_.find(comet.number.value());
  return found != alive_.end() && found->second == comet.epoch;
}

bool NodeRegistry::any_restoring() const {
  return std::any_of(nodes_.begin(), nodes_.end(), [](const auto& entry) { return entry.second.restoring; });
}

std::vector<NodeRow> NodeRegistry::list(std::optional<NodeKind> kind) const {
  std::vector<NodeRow> rows;
  for (const auto& [id, node] : nodes_) {
    if (!kind || node.kind == *kind) rows.push_back(node);
  }
  return rows;
}

}  // namespace im::router
