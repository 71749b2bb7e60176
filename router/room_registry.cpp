#include "router/room_registry.hpp"

#include <algorithm>
#include <utility>

namespace im::router {

RoomRegistry::Part& RoomRegistry::part(CometInstance comet, const std::string& room) {
  rooms_of_[comet.number.value()].insert(room);
  Part& part = rooms_[room].parts[comet.number.value()];
  if (part.epoch < comet.epoch) {
    rooms_[room].total -= part.count;
    part = Part{comet.epoch, 0, false, 0};
  }
  return part;
}

void RoomRegistry::presence(CometInstance comet, const std::string& room, bool present, std::uint64_t version) {
  Part& known = part(comet, room);
  if (known.epoch != comet.epoch || version <= known.version) return;
  known.version = version;
  known.present = present;
  // The version must outlive an "absent", or a late "present" would be believed; the count report forgets it.
}

std::vector<CometInstance> RoomRegistry::comets(const std::string& room,
                                                const std::function<bool(CometInstance)>& alive) const {
  std::vector<CometInstance> result;
  const auto found = rooms_.find(room);
  if (found == rooms_.end()) return result;
  for (const auto& [number, part] : found->second.parts) {
    const CometInstance comet{CometNumber(number), part.epoch};
    if (part.present && alive(comet)) result.push_back(comet);
  }
  return result;
}

void RoomRegistry::set_count(CometInstance comet, const std::string& id, std::int32_t count) {
  Part& known = part(comet, id);
  if (known.epoch != comet.epoch || known.count == count) return;
  Room& room = rooms_[id];
  room.total += count - std::exchange(known.count, count);
  room.changed = ++version_;
}

void RoomRegistry::report(CometInstance comet, bool full, const Counts& counts) {
  for (const auto& [room, count] : counts) set_count(comet, room, count);
  if (!full) return;
  std::unordered_set<std::string> named;
  for (const auto& [room, count] : counts) named.insert(room);
  const auto of_comet = rooms_of_[comet.number.value()];
  for (const std::string& room : of_comet) {
    if (named.contains(room)) continue;
    set_count(comet, room, 0);
    forget_if_empty(comet.number.value(), room);
  }
}

void RoomRegistry::forget_if_empty(std::uint32_t number, const std::string& id) {
  const auto found = rooms_.find(id);
  if (found == rooms_.end()) return;
  const auto part = found->second.parts.find(number);
  if (part != found->second.parts.end() && (part->second.present || part->second.count > 0)) return;
  if (part != found->second.parts.end()) found->second.parts.erase(part);
  rooms_of_[number].erase(id);
  if (found->second.parts.empty()) rooms_.erase(found);
}

RoomRegistry::Counts RoomRegistry::totals(CometInstance comet, std::uint64_t since) const {
  Counts result;
  const auto rooms = rooms_of_.find(comet.number.value());
  if (rooms == rooms_of_.end()) return result;
  for (const std::string& id : rooms->second) {
    const Room& room = rooms_.at(id);
    if (room.changed > since) result.emplace_back(id, room.total);
  }
  return result;
}

std::int32_t RoomRegistry::count(const std::string& room) const {
  const auto found = rooms_.find(room);
  return found == rooms_.end() ? 0 : found->second.total;
}

RoomRegistry::Counts RoomRegistry::top(const std::string& prefix, std::size_t limit) const {
  Counts matching;
  for (const auto& [id, room] : rooms_) {
    if (room.total > 0 && id.starts_with(prefix)) matching.emplace_back(id, room.total);
  }
  const auto better = [](const auto& a, const auto& b) {
    return a.second != b.second ? a.second > b.second : a.first < b.first;
  };
  const std::size_t size = std::min(limit, matching.size());
  std::partial_sort(matching.begin(), matching.begin() + static_cast<std::ptrdiff_t>(size), matching.end(), better);
  matching.resize(size);
  return matching;
}

void RoomRegistry::drop(CometInstance comet) {
  const auto found = rooms_of_.find(comet.number.value());
  if (found == rooms_of_.end()) return;
  const auto rooms = found->second;
  for (const std::string& id : rooms) {
    Room& room = rooms_[id];
    const auto part = room.parts.find(comet.number.value());
    if (part == room.parts.end() || part->second.epoch > comet.epoch) continue;  // already of a newer instance
    room.total -= part->second.count;
    room.changed = ++version_;
    room.parts.erase(part);
    found->second.erase(id);
    if (room.parts.empty()) rooms_.erase(id);
  }
}

}  // namespace im::router
