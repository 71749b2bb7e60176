#include "router/sessions/room_registry.hpp"

#include <algorithm>
#include <string_view>
#include <unordered_set>
#include <utility>

#include "common/base/batch.hpp"

namespace im::router {

const RoomRegistry::Room* RoomRegistry::find(const std::string& room) const {
  const Rooms& rooms = rooms_[slot_of(room)];
  const auto found = rooms.find(room);
  return found == rooms.end() ? nullptr : &found->second;
}

RoomRegistry::Part& RoomRegistry::part(CometInstance comet, const std::string& id) {
  rooms_of_[comet.number.value()].insert(id);
  Room& room = rooms_at(id)[id];
  Part& part = room.parts[comet.number.value()];
  if (part.epoch < comet.epoch) {
    room.total -= part.count;
    part = Part{comet.epoch, 0, false, 0};
  }
  return part;
}

bool RoomRegistry::presence(CometInstance comet, const std::string& room, bool present, std::uint64_t version) {
  if (!owned_[slot_of(room)]) return false;
  Part& known = part(comet, room);
  if (known.epoch != comet.epoch || version <= known.version) return true;
  known.version = version;
  known.present = present;
  // The version must outlive an "absent", or a late "present" would be believed; the count report forgets it.
  return true;
}

std::optional<std::vector<CometInstance>> RoomRegistry::comets(const std::string& id,
                                                               const std::function<bool(CometInstance)>& alive) const {
  if (!owned_[slot_of(id)]) return std::nullopt;
  std::vector<CometInstance> result;
  const Room* const room = find(id);
  if (room == nullptr) return result;
  for (const auto& [number, part] : room->parts) {
    const CometInstance comet{CometNumber(number), part.epoch};
    if (part.present && alive(comet)) result.push_back(comet);
  }
  return result;
}

void RoomRegistry::set_count(CometInstance comet, const std::string& id, std::int32_t count) {
  if (!owned_[slot_of(id)]) return;
  Part& known = part(comet, id);
  if (known.epoch != comet.epoch || known.count == count) return;
  Room& room = rooms_at(id)[id];
  room.total += count - std::exchange(known.count, count);
  room.changed = ++version_;
}

void RoomRegistry::report(CometInstance comet, const Counts& counts) {
  for (const auto& [room, count] : counts) set_count(comet, room, count);
}

void RoomRegistry::report_all(CometInstance comet, const Stretch& stretch, const Counts& counts) {
  report(comet, counts);
  std::unordered_set<std::string_view> named;
  for (const auto& [room, count] : counts) named.insert(room);
  const auto& known = rooms_of_[comet.number.value()];
  for (auto at = known.lower_bound(stretch.first); at != known.end();) {
    if (!stretch.behind.empty() && *at >= stretch.behind) return;
    const std::string room = *at++;
    if (named.contains(room)) continue;
    set_count(comet, room, 0);
    forget_if_empty(comet.number.value(), room);
  }
}

void RoomRegistry::forget_if_empty(std::uint32_t number, const std::string& id) {
  Rooms& rooms = rooms_at(id);
  const auto found = rooms.find(id);
  if (found == rooms.end()) return;
  const auto part = found->second.parts.find(number);
  if (part != found->second.parts.end() && (part->second.present || part->second.count > 0)) return;
  if (part != found->second.parts.end()) found->second.parts.erase(part);
  rooms_of_[number].erase(id);
  if (found->second.parts.empty()) rooms.erase(found);
}

RoomRegistry::Totals RoomRegistry::totals(CometInstance comet, std::uint64_t since, std::size_t bytes) const {
  struct Changed {
    std::uint64_t version;
    const std::string* room;
    std::int32_t total;
  };
  std::vector<Changed> changed;
  std::size_t size = 0;
  if (const auto rooms = rooms_of_.find(comet.number.value()); rooms != rooms_of_.end()) {
    for (const std::string& id : rooms->second) {
      const Room* const room = find(id);
      if (room == nullptr || room->changed <= since) continue;
      changed.push_back({room->changed, &id, room->total});
      size += id.size() + kRoomBytes;
    }
  }
  Totals result{{}, version_};
  const bool cut = size > bytes;
  if (cut) std::sort(changed.begin(), changed.end(), [](auto& a, auto& b) { return a.version < b.version; });
  std::size_t told = 0;
  for (const Changed& one : changed) {
    told += one.room->size() + kRoomBytes;
    if (cut && told > bytes && !result.counts.empty()) break;
    result.counts.emplace_back(*one.room, one.total);
    if (cut) result.version = one.version;
  }
  return result;
}

std::int32_t RoomRegistry::count(const std::string& id) const {
  const Room* const room = find(id);
  return room == nullptr ? 0 : room->total;
}

std::size_t RoomRegistry::size() const {
  std::size_t size = 0;
  for (const Rooms& rooms : rooms_) size += rooms.size();
  return size;
}

RoomRegistry::Counts RoomRegistry::top(const std::string& prefix, std::size_t limit) const {
  Counts matching;
  for (const Rooms& rooms : rooms_) {
    for (const auto& [id, room] : rooms) {
      if (room.total > 0 && id.starts_with(prefix)) matching.emplace_back(id, room.total);
    }
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
    Rooms& rooms_here = rooms_at(id);
    Room& room = rooms_here[id];
    const auto part = room.parts.find(comet.number.value());
    if (part == room.parts.end() || part->second.epoch > comet.epoch) continue;  // already of a newer instance
    room.total -= part->second.count;
    room.changed = ++version_;
    room.parts.erase(part);
    found->second.erase(id);
    if (room.parts.empty()) rooms_here.erase(id);
  }
}

void RoomRegistry::disown(std::size_t slot) {
  owned_.reset(slot);
  for (const auto& [id, room] : rooms_[slot]) {
    for (const auto& [number, part] : room.parts) rooms_of_[number].erase(id);
  }
  rooms_[slot].clear();
}

}  // namespace im::router
