#include "router/state/router_state.hpp"

#include <algorithm>
#include <utility>

#include "common/base/log.hpp"

namespace im::router {

namespace {
constexpr std::size_t kSlotsPerTick = 32;
constexpr std::chrono::seconds kStandstill{2};
}  // namespace

RouterState::RouterState(RouterId id, Duration lease, SlotJournal& journal)
    : router_id_(id),
      lease_(lease),
      ticked_(monotonic_now()),
      nodes_(lease, journal),
      rooms_(id << 10),
      sessions_([this](CometInstance comet) { return gone(comet); }, [this] { return clock_us() / 1000; }, journal) {}

bool RouterState::alive(CometInstance comet) const {
  const std::shared_lock lock(nodes_mutex_);
  return nodes_.alive(comet);
}

bool RouterState::gone(CometInstance comet) const {
  const std::shared_lock lock(nodes_mutex_);
  if (nodes_.alive(comet)) return false;
  return nodes_.gone(comet, whole_ms());
}

/// When the list was whole; 0: it is not. Under the nodes' lock.
std::int64_t RouterState::whole_ms() const {
  if (!whole()) return 0;
  return nodes_.leading() ? clock_us() / 1000 : listed_ms_;
}

bool RouterState::unheard(CometInstance comet) const {
  const std::shared_lock lock(nodes_mutex_);
  return nodes_.unheard(comet);
}

// ---- nodes

bool RouterState::leads() const {
  const std::shared_lock lock(nodes_mutex_);
  return nodes_.leading();
}

bool RouterState::registry_complete() const {
  const std::shared_lock lock(nodes_mutex_);
  return whole();
}

bool RouterState::whole() const {
  return list_known_ || (nodes_.leading() && monotonic_now() - leads_since_ >= lease_);
}

Result<NodeRegistry::Registered> RouterState::register_node(NodeRow node, CometInstance previous) {
  const std::string name = node.name;
  const std::string address = node.grpc_address;
  const bool comet = node.kind == NodeKind::kComet;
  const std::unique_lock lock(nodes_mutex_);
  doubt_first_start(node, previous);
  auto result = nodes_.add(std::move(node), previous, monotonic_now(), clock_us() / 1000);
  if (result.ok()) {
    // Ours by now: who takes a slot from here on finds the comet in the list.
    if (comet) rebuild_.want(result.value().self, owned(), Rebuild::Looks::kOne);
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

/// A comet that had a place before: others may have one too, and are waited for like after any start.
void RouterState::doubt_first_start(const NodeRow& node, CometInstance previous) {
  if (!first_start_ || previous.epoch.value() == 0 || monotonic_now() - leads_since_ >= lease_) return;
  first_start_ = list_known_ = false;
  log::error("registry.first_start is set, but this is not the first start: comets run already", {{"name", node.name}});
}

NodeRegistry::Lease RouterState::renew(NodeKind kind, const std::string& name, InstanceEpoch epoch,
                                       const NodeRegistry::Load& load) {
  const std::unique_lock lock(nodes_mutex_);
  return nodes_.renew(kind, name, epoch, load, monotonic_now(), unix_ms());
}

void RouterState::unregister(NodeKind kind, const std::string& name, InstanceEpoch epoch) {
  const std::unique_lock lock(nodes_mutex_);
  nodes_.remove(kind, name, epoch);
}

void RouterState::follow(std::vector<NodeRow> nodes, bool complete, std::int64_t clock_us) {
  NodeRegistry::Changes changes;
  {
    const std::unique_lock lock(nodes_mutex_);
    if (nodes_.leading()) return;
    changes = nodes_.follow(std::move(nodes), complete);
    list_known_ = complete;
    listed_ms_ = clock_us / 1000;
    first_start_ = false;
    const SlotSet slots = owned();
    for (const CometInstance comet : changes.came) rebuild_.want(comet, slots, Rebuild::Looks::kOne);
  }
  changed(changes);
}

void RouterState::changed(const NodeRegistry::Changes& changes) {
  for (const CometInstance comet : changes.gone) {
    log::warn("comet gone: its sessions are no longer found",
              {{"number", comet.number.value()}, {"epoch", comet.epoch.value()}});
    rebuild_.forget(comet);
    with_rooms([&](RoomRegistry& rooms) { rooms.drop(comet); });
  }
}

std::vector<NodeRow> RouterState::nodes(std::optional<NodeKind> kind) const {
  std::vector<NodeRow> rows;
  {
    const std::shared_lock lock(nodes_mutex_);
    rows = nodes_.list(kind);
  }
  for (NodeRow& row : rows) row.restoring = row.kind == NodeKind::kComet && rebuild_.waits_for(row.instance);
  return rows;
}

std::vector<CometInstance> RouterState::live_comets() const {
  const std::shared_lock lock(nodes_mutex_);
  std::vector<CometInstance> comets;
  for (const NodeRow& node : nodes_.list(NodeKind::kComet)) comets.push_back(node.instance);
  return comets;
}

std::uint64_t RouterState::nodes_version() const {
  const std::shared_lock lock(nodes_mutex_);
  return nodes_.version();
}

std::int64_t RouterState::heard_clock_us() const {
  const std::lock_guard lock(clock_mutex_);
  return clock_.at(monotonic_now());
}

std::int64_t RouterState::clock_us() const {
  const std::int64_t heard = heard_clock_us();
  return heard > 0 ? heard : unix_ms() * 1000;
}

void RouterState::heard_clock(std::int64_t reading_us) {
  const std::lock_guard lock(clock_mutex_);
  if (reading_us > 0) clock_.heard(reading_us, monotonic_now());
}

// ---- slots

SlotSet RouterState::owned() const {
  const std::lock_guard lock(owned_mutex_);
  return owned_;
}

void RouterState::load(std::size_t slot, const SlotFields& fields) {
  sessions_.load(slot, fields);
  for (SlotBoard* board : boards_) board->load(slot, fields);
  if (slot != kRegistrySlot) return;
  NodeRegistry::Changes changes;
  {
    const std::unique_lock lock(nodes_mutex_);
    changes = nodes_.load(fields);
    const SlotSet slots = owned();
    for (const CometInstance comet : changes.came) rebuild_.want(comet, slots, Rebuild::Looks::kOne);
  }
  changed(changes);
}

void RouterState::own(std::size_t slot, std::uint64_t epoch) {
  {
    const std::lock_guard lock(owned_mutex_);
    owned_.set(slot);
  }
  // Before the first answer: until every comet has told what it holds here, it is not complete.
  SlotSet one;
  one.set(slot);
  for (const CometInstance comet : live_comets()) rebuild_.want(comet, one, Rebuild::Looks::kTwo);
  sessions_.own(slot, epoch);
  with_rooms([slot](RoomRegistry& rooms) { rooms.own(slot); });
  for (SlotBoard* board : boards_) board->own(slot, epoch);
  if (slot != kRegistrySlot) return;
  const std::unique_lock lock(nodes_mutex_);
  first_start_ = first_start_ && nodes_.list(NodeKind::kComet).empty();
  list_known_ = list_known_ || first_start_ || !nodes_.list(NodeKind::kComet).empty();
  leads_since_ = monotonic_now();
  nodes_.lead(leads_since_);
  {
    const std::lock_guard clock(clock_mutex_);
    clock_.lead(unix_ms() * 1000, leads_since_);
  }
  log::info("this router keeps the node registry", {{"nodes", nodes_.list(std::nullopt).size()}});
}

void RouterState::disown(std::size_t slot) {
  {
    const std::lock_guard lock(owned_mutex_);
    owned_.reset(slot);
  }
  SlotSet one;
  one.set(slot);
  rebuild_.forget(one);
  sessions_.disown(slot);
  with_rooms([slot](RoomRegistry& rooms) { rooms.disown(slot); });
  for (SlotBoard* board : boards_) board->disown(slot);
  if (slot != kRegistrySlot) return;
  const std::unique_lock lock(nodes_mutex_);
  nodes_.resign();
}

std::vector<SlotWrite> RouterState::dump(std::size_t slot) {
  std::vector<SlotWrite> writes = sessions_.dump(slot);
  const auto add = [&writes](std::vector<SlotWrite> more) {
    std::move(more.begin(), more.end(), std::back_inserter(writes));
  };
  for (SlotBoard* board : boards_) add(board->dump(slot));
  if (slot == kRegistrySlot) {
    const std::shared_lock lock(nodes_mutex_);
    add(nodes_.dump());
  }
  return writes;
}

std::size_t RouterState::restore(CometInstance comet, CometHoldings holdings) {
  std::size_t restored = 0;
  for (SessionRow& row : holdings.sessions) {
    row.comet = comet;
    restored += sessions_.restore(std::move(row)) ? 1 : 0;
  }
  with_rooms([&](RoomRegistry& rooms) {
    for (const auto& room : holdings.rooms) rooms.presence(comet, room.room, true, room.version);
  });
  return restored;
}

void RouterState::tick(bool firm, TimePoint now) {
  NodeRegistry::Changes changes;
  {
    const std::unique_lock lock(nodes_mutex_);
    now = std::max(now, ticked_);
    const Duration gap = now - std::exchange(ticked_, now);
    // Who renews in that time is refused, so it counts for no lease.
    if (gap > kStandstill || !firm) nodes_.extend(gap);
    if (nodes_.leading() && firm) changes.gone = nodes_.expire(now);
  }
  changed(changes);
  sessions_.reclaim(kSlotsPerTick);
}

}  // namespace im::router
