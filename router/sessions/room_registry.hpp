#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "common/base/ids.hpp"
#include "common/base/slot.hpp"

namespace im::router {

/// Rooms of the slots this router owns: which comets have members (decides where pushes go) and how many (for people
/// only). Presence is versioned by its comet, so updates may arrive in any order. Not written to the store: the new
/// owner of a slot asks the comets. Pure; the caller guards it.
class RoomRegistry {
 public:
  /// `first_version`: of counts; must be above what an earlier process gave (Unix time in ms does).
  explicit RoomRegistry(std::uint64_t first_version) : version_(first_version) {}

  /// False: the room's slot is not ours.
  bool presence(CometInstance comet, const std::string& room, bool present, std::uint64_t version);
  /// nullopt: the room's slot is not ours.
  std::optional<std::vector<CometInstance>> comets(const std::string& room,
                                                   const std::function<bool(CometInstance)>& alive) const;

  using Counts = std::vector<std::pair<std::string, std::int32_t>>;
  /// Rooms from `first` on and before `behind` (empty: to the last one), in the order of their bytes.
  struct Stretch {
    std::string first, behind;
  };
  /// A comet's members per room. Rooms of others are left out.
  void report(CometInstance comet, const Counts& counts);
  /// The same of all its rooms in a stretch: those not named have none.
  void report_all(CometInstance comet, const Stretch& stretch, const Counts& counts);
  struct Totals {
    Counts counts;
    std::uint64_t version = 0;  ///< to be asked for as `since` the next time
  };
  /// Of this comet's rooms that changed after `since`; when they have more than about `bytes`, those that changed
  /// first.
  Totals totals(CometInstance comet, std::uint64_t since, std::size_t bytes) const;
  std::uint64_t version() const { return version_; }

  std::int32_t count(const std::string& room) const;
  /// Rooms whose key starts with `prefix`, most members first, at most `limit`.
  Counts top(const std::string& prefix, std::size_t limit) const;
  /// Everything of a comet whose lease ended.
  void drop(CometInstance comet);
  std::size_t size() const;
  /// What they take, about; looks at every room's name.
  std::size_t bytes() const;

  void own(std::size_t slot) { owned_.set(slot); }
  /// Nothing of the slot stays.
  void disown(std::size_t slot);

 private:
  struct Part {
    InstanceEpoch epoch;
    std::uint64_t version = 0;
    std::uint32_t comet = 0;  ///< number
    std::int32_t count = 0;
    bool present = false;
  };
  struct Room {
    std::vector<Part> parts;  ///< one for each comet
    std::int32_t total = 0;
    std::uint64_t changed = 0;
  };
  using Rooms = std::unordered_map<std::string, Room>;
  Rooms& rooms_at(const std::string& room) { return rooms_[slot_of(room)]; }
  const Room* find(const std::string& room) const;
  static Part* part_of(Room& room, std::uint32_t comet);
  Part& part(CometInstance comet, const std::string& room);
  void set_count(CometInstance comet, const std::string& room, std::int32_t count);
  void forget_if_empty(std::uint32_t comet, const std::string& room);

  std::array<Rooms, kSlots> rooms_;
  SlotSet owned_;
  /// By comet number: the rooms that have a part of it, by the names that stand in rooms_.
  std::unordered_map<std::uint32_t, std::set<std::string_view>> rooms_of_;
  std::uint64_t version_;
};

}  // namespace im::router
