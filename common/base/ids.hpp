#pragma once

#include <compare>
#include <cstdint>
#include <functional>
#include <string>

namespace im {

/// A value that does not mix with others of the same representation: a Uid is not a CometNumber.
template <class Rep, class Tag>
class NamedType {
 public:
  using rep = Rep;
  constexpr NamedType() = default;
  constexpr explicit NamedType(Rep value) : value_(std::move(value)) {}
  constexpr const Rep& value() const { return value_; }
  friend constexpr auto operator<=>(const NamedType&, const NamedType&) = default;

 private:
  Rep value_{};
};

/// goim's mid. Zero or below: no user.
using Uid = NamedType<std::int64_t, struct UidTag>;
/// The registry's 16-bit number of a comet (v1 server id).
using CometNumber = NamedType<std::uint32_t, struct CometNumberTag>;
/// Grows at each registration of a node.
using InstanceEpoch = NamedType<std::uint64_t, struct InstanceEpochTag>;
/// Grows at each bind; every write to a session compares it.
using SessionEpoch = NamedType<std::uint64_t, struct SessionEpochTag>;
/// Full room key, "type://id".
using RoomId = NamedType<std::string, struct RoomIdTag>;

/// A connection of one comet instance: worker 8 bits | slot 24 | generation 32.
/// A comet finds the connection without a lock or a table. Meaningless without the instance epoch.
class ConnId {
 public:
  constexpr ConnId() = default;
  constexpr explicit ConnId(std::uint64_t raw) : raw_(raw) {}
  constexpr ConnId(std::uint8_t worker, std::uint32_t slot, std::uint32_t generation)
      : raw_(std::uint64_t{worker} << 56 | std::uint64_t{slot & 0xffffffU} << 32 | generation) {}

  constexpr std::uint64_t raw() const { return raw_; }
  constexpr std::uint8_t worker() const { return static_cast<std::uint8_t>(raw_ >> 56); }
  constexpr std::uint32_t slot() const { return static_cast<std::uint32_t>(raw_ >> 32) & 0xffffffU; }
  constexpr std::uint32_t generation() const { return static_cast<std::uint32_t>(raw_); }
  friend constexpr auto operator<=>(ConnId, ConnId) = default;

 private:
  std::uint64_t raw_ = 0;
};

/// A comet instance: number and epoch always travel together.
struct CometInstance {
  CometNumber number;
  InstanceEpoch epoch;
  friend constexpr auto operator<=>(const CometInstance&, const CometInstance&) = default;
};

}  // namespace im

template <class Rep, class Tag>
struct std::hash<im::NamedType<Rep, Tag>> {
  std::size_t operator()(const im::NamedType<Rep, Tag>& id) const noexcept { return std::hash<Rep>{}(id.value()); }
};
template <>
struct std::hash<im::ConnId> {
  std::size_t operator()(im::ConnId id) const noexcept { return std::hash<std::uint64_t>{}(id.raw()); }
};
