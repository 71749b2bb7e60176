#include "router/sessions/room_registry.hpp"

#include <algorithm>
#include <string_view>
#include <unordered_set>
#include <utility>

#include "common/base/batch.hpp"
#include "common/base/fault.hpp"

namespace im::router {

const RoomRegistry::Room* RoomRegistry::find(const std::string& room) const {
  const Rooms& rooms = rooms_[slot_of(room)];
  const auto found = rooms.find(room);
  return found == rooms.end() ? nullptr : &found->second;
}

RoomRegistry::Part* RoomRegistry::part_of(Room& room, std::uint32_t comet) {
  const auto found = std::ranges::find(room.parts, comet, &Part::comet);
  return found == room.parts.end() ? nullptr : &*found;
}

RoomRegistry::Part& RoomRegistry::part(CometInstance comet, const std::string& id) {
  const std::uint32_t number = comet.number.value();
  const auto entry = rooms_at(id).try_emplace(id).first;
  Room& room = entry->second;
  Part* part = part_of(room, number);
  if (part == nullptr) {
    rooms_of_[number].insert(entry->first);
    part = &room.parts.emplace_back();
    part->comet = number;
  }
  if (part->epoch < comet.epoch) {
    room.total -= part->count;
    *part = Part{.epoch = comet.epoch, .comet = number};
  }
  return *part;
}

bool RoomRegistry::presence(CometInstance comet, const std::string& room, bool present, std::uint64_t version) {
  if (!owned_[slot_of(room)]) return false;
  Part& known = part(comet, room);
  if (known.epoch != comet.epoch || version <= known.version) return true;
  if (present && fault::fire("router.forgets_room")) return true;
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
  for (const Part& part : room->parts) {
    const CometInstance comet{CometNumber(part.comet), part.epoch};
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
    const std::string room(*at++);
    if (named.contains(room)) continue;
    set_count(comet, room, 0);
    forget_if_empty(comet.number.value(), room);
  }
}

void RoomRegistry::forget_if_empty(std::uint32_t number, const std::string& id) {
  Rooms& rooms = rooms_at(id);
  const auto found = rooms.find(id);
  if (found == rooms.end()) return;
  const Part* const part = part_of(found->second, number);
  if (part != nullptr && (part->present || part->count > 0)) return;
  std::erase_if(found->second.parts, [number](const Part& one) { return one.comet == number; });
  rooms_of_[number].erase(id);
  if (found->second.parts.empty()) rooms.erase(found);
}

RoomRegistry::Totals RoomRegistry::totals(CometInstance comet, std::uint64_t since, std::size_t bytes) const {
  struct Changed {
    std::uint64_t version;
    std::string_view room;
    std::int32_t total;
  };
  std::vector<Changed> changed;
  std::size_t size = 0;
  if (const auto rooms = rooms_of_.find(comet.number.value()); rooms != rooms_of_.end()) {
    for (const std::string_view id : rooms->second) {
      const Room* const room = find(std::string(id));
      if (room == nullptr || room->changed <= since) continue;
      changed.push_back({room->changed, id, room->total});
      size += id.size() + kRoomBytes;
    }
  }
  Totals result{{}, version_};
  const bool cut = size > bytes;
  if (cut) std::sort(changed.begin(), changed.end(), [](auto& a, auto& b) { return a.version < b.version; });
  std::size_t told = 0;
  for (const Changed& one : changed) {
    told += one.room.size() + kRoomBytes;
    if (cut && told > bytes && !result.counts.empty()) break;
    result.counts.emplace_back(one.room, one.total);
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

std::size_t RoomRegistry::bytes() const {
  constexpr std::size_t kSetNode = sizeof(std::string_view) + 4 * sizeof(void*);
  std::size_t bytes = 0;
  for (const Rooms& rooms : rooms_) {
    bytes += rooms.bucket_count() * sizeof(void*);
    for (const auto& [id, room] : rooms) {
      bytes += sizeof(Rooms::value_type) + 2 * sizeof(void*) + id.size();
      bytes += room.parts.capacity() * sizeof(Part) + room.parts.size() * kSetNode;
    }
  }
  return bytes;
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
  for (auto at = found->second.begin(); at != found->second.end();) {
    const std::string id(*at);
    Room& room = rooms_at(id).at(id);
    Part& part = *part_of(room, found->first);
    if (part.epoch > comet.epoch) {  // already of a newer instance
      ++at;
      continue;
    }
    room.total -= part.count;
    room.changed = ++version_;
    at = found->second.erase(at);  // before the name that it points to
    if (&part != &room.parts.back()) part = room.parts.back();
    room.parts.pop_back();
    if (room.parts.empty()) rooms_at(id).erase(id);
  }
}

void RoomRegistry::disown(std::size_t slot) {
  owned_.reset(slot);
  for (const auto& [id, room] : rooms_[slot]) {
    for (const Part& part : room.parts) rooms_of_[part.comet].erase(id);
  }
  rooms_[slot].clear();
}

}  // namespace im::router
