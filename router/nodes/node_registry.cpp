#include "router/nodes/node_registry.hpp"

#include <algorithm>
#include <utility>

#include "router/nodes/node_fields.hpp"

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
    if (node.kind == NodeKind::kComet && previous.epoch != holder.instance.epoch)
      superseded_.push_back(holder.instance);
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
  node.instance = result.self;
  node.registered_ms = node.renewed_ms = now_ms;
  node.lease_until = now + lease_;
  if (node.kind == NodeKind::kComet) {
    alive_[node.instance.number.value()] = last;
    journal_.put(kRegistrySlot, place_field(node.name), encode(result.self));
  }
  journal_.put(kRegistrySlot, node_field(node.kind, node.name), encode(node));
  nodes_[id] = std::move(node);
  ++version_;
  return result;
}

NodeRegistry::Lease NodeRegistry::renew(NodeKind kind, const std::string& name, InstanceEpoch epoch, const Load& load,
                                        TimePoint now, std::int64_t now_ms) {
  const auto found = nodes_.find({kind, name});
  if (found == nodes_.end()) return Lease::kUnknown;
  NodeRow& node = found->second;
  if (node.instance.epoch != epoch) return node.instance.epoch > epoch ? Lease::kFenced : Lease::kUnknown;
  if (node.lease_until <= now)
    return Lease::kUnknown;  // expire() has not come by yet: its sessions are gone all the same
  if (node.offline != load.offline || node.draining != load.draining || node.weight != load.weight) ++version_;
  node.lease_until = now + lease_;
  node.renewed_ms = now_ms;
  node.connections = load.connections;
  node.clients = load.clients;
  node.roomless = load.roomless;
  node.weight = load.weight;
  node.offline = load.offline;
  node.draining = load.draining;
  return Lease::kOk;
}

bool NodeRegistry::remove(NodeKind kind, const std::string& name, InstanceEpoch epoch) {
  const auto found = nodes_.find({kind, name});
  if (found == nodes_.end() || found->second.instance.epoch != epoch) return false;
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
      gone.push_back(node.instance);
      alive_.erase(node.instance.number.value());
      // What was pushed meanwhile has not reached its clients: an instance that wakes up again does not get its place
      // back, and its clients come anew.
      last_epoch_[it->first] = InstanceEpoch(node.instance.epoch.value() + 1);
      journal_.put(kRegistrySlot, place_field(node.name),
                   encode(CometInstance{node.instance.number, last_epoch_[it->first]}));
    }
    journal_.erase(kRegistrySlot, node_field(node.kind, node.name));
    it = nodes_.erase(it);
    ++version_;
  }
  return gone;
}

bool NodeRegistry::alive(CometInstance comet) const {
  const auto found = alive_.find(comet.number.value());
  return found != alive_.end() && found->second == comet.epoch;
}

bool NodeRegistry::unheard(CometInstance comet) const {
  const auto known = alive_.find(comet.number.value());
  if (known != alive_.end()) return known->second < comet.epoch;
  return std::none_of(numbers_.begin(), numbers_.end(), [&](const auto& entry) {
    const auto last = last_epoch_.find({NodeKind::kComet, entry.first});
    return entry.second == comet.number && last != last_epoch_.end() && last->second >= comet.epoch;
  });
}

bool NodeRegistry::gone(CometInstance comet, std::int64_t whole_ms) const {
  if (alive(comet)) return false;
  const auto lease_ms = std::chrono::duration_cast<std::chrono::milliseconds>(lease_).count();
  return !unheard(comet) || static_cast<std::int64_t>(comet.epoch.value()) + lease_ms < whole_ms;
}

std::vector<NodeRow> NodeRegistry::list(std::optional<NodeKind> kind) const {
  std::vector<NodeRow> rows;
  for (const auto& [id, node] : nodes_) {
    if (!kind || node.kind == *kind) rows.push_back(node);
  }
  return rows;
}

// ---- follower and leader

void NodeRegistry::remember(const NodeRow& comet) {
  numbers_[comet.name] = comet.instance.number;
  InstanceEpoch& last = last_epoch_[{NodeKind::kComet, comet.name}];
  last = std::max(last, comet.instance.epoch);
  alive_[comet.instance.number.value()] = comet.instance.epoch;
}

NodeRegistry::Changes NodeRegistry::follow(std::vector<NodeRow> nodes, bool complete) {
  Changes changes;
  const auto before = std::exchange(nodes_, {});
  alive_.clear();
  if (!complete) keep_comets(before);
  for (NodeRow& node : nodes) {
    node.lease_until = TimePoint::max();
    if (node.kind == NodeKind::kComet) {
      remember(node);
      const auto known = before.find({node.kind, node.name});
      if (known == before.end() || known->second.instance != node.instance) changes.came.push_back(node.instance);
    }
    Id id{node.kind, node.name};
    nodes_.insert_or_assign(std::move(id), std::move(node));
  }
  for (const auto& [id, node] : before) {
    if (node.kind == NodeKind::kComet && !alive(node.instance)) changes.gone.push_back(node.instance);
  }
  ++version_;
  return changes;
}

void NodeRegistry::keep_comets(const std::map<Id, NodeRow>& before) {
  for (const auto& [id, node] : before) {
    if (node.kind != NodeKind::kComet) continue;
    remember(node);
    nodes_.emplace(id, node);
  }
}

NodeRegistry::Changes NodeRegistry::load(const SlotFields& fields) {
  Changes changes;
  for (const auto& [field, value] : fields) {
    if (const auto place = decode_place(field, value)) {
      const auto& [name, comet] = *place;
      numbers_.try_emplace(name, comet.number);
      InstanceEpoch& last = last_epoch_[{NodeKind::kComet, name}];
      last = std::max(last, comet.epoch);
      continue;
    }
    auto node = decode_node(field, value);
    if (!node) continue;
    const Id id{node->kind, node->name};
    const auto known = nodes_.find(id);
    if (known != nodes_.end() && known->second.instance.epoch >= node->instance.epoch) continue;
    if (node->kind == NodeKind::kComet) {
      if (known != nodes_.end()) changes.gone.push_back(known->second.instance);
      remember(*node);
      changes.came.push_back(node->instance);
    }
    nodes_.insert_or_assign(id, std::move(*node));
  }
  ++version_;
  return changes;
}

void NodeRegistry::extend(Duration by) {
  for (auto& [id, node] : nodes_) {
    if (node.lease_until != TimePoint::max()) node.lease_until += by;
  }
}

void NodeRegistry::lead(TimePoint now) {
  leading_ = true;
  for (auto& [id, node] : nodes_) node.lease_until = now + lease_;
  ++version_;
}

std::vector<SlotWrite> NodeRegistry::dump() const {
  std::vector<SlotWrite> writes;
  writes.reserve(nodes_.size() + numbers_.size());
  for (const auto& [id, node] : nodes_) writes.push_back({node_field(node.kind, node.name), encode(node)});
  for (const auto& [name, number] : numbers_) {
    const auto last = last_epoch_.find({NodeKind::kComet, name});
    if (last != last_epoch_.end()) writes.push_back({place_field(name), encode(CometInstance{number, last->second})});
  }
  return writes;
}

}  // namespace im::router
