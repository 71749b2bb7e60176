#pragma once

#include <cstdint>
#include <optional>

namespace im::kafka {

/// Offsets [from, to) that nobody gets from this log any more.
struct OffsetRange {
  std::int64_t from = 0;
  std::int64_t to = 0;
  friend bool operator==(const OffsetRange&, const OffsetRange&) = default;
};

/// The ends of a partition's log as its leader says: `high` is the offset of the next record.
struct LogEnds {
  std::int64_t low = 0;
  std::int64_t high = 0;
};

/// Where reading of a partition begins.
struct StartPosition {
  std::int64_t start = -1;  ///< -1: at the lowest there is
  /// Offsets from `start` on are other records than those that had them before.
  bool log_began_anew = false;
  std::optional<OffsetRange> lost;
};

/// `committed` < 0: the group has committed nothing here. Without `ends` the leader did not answer: nothing is
/// concluded, and reading finds out.
/// A log that ends before what was committed has lost its end (a broker died with records it had not written). It is
/// still the same log: what it has was read; what is written from its end on is new. Another log has another cluster
/// id, or the broker forgot the group's offsets with the topic.
constexpr StartPosition start_position(std::int64_t committed, const std::optional<LogEnds>& ends) {
  if (!ends) return {committed < 0 ? -1 : committed, false, std::nullopt};
  if (committed < 0) return {ends->low, ends->low == 0, std::nullopt};
  if (committed < ends->low) return {ends->low, false, OffsetRange{committed, ends->low}};
  if (committed > ends->high) return {ends->high, true, OffsetRange{ends->high, committed}};
  return {committed, false, std::nullopt};
}

/// What the next record that was fetched means.
enum class Fetched {
  kNext,
  kAgain,    ///< seen before
  kGap,      ///< those between were deleted unread
  kCutShort  ///< the log lost its end and is read from an earlier place: go on at `high`
};

/// `expected`: the offset behind the last record, -1: any. `high`: the end of the log as the fetch saw it, -1: unknown.
constexpr Fetched judge_fetched(std::int64_t expected, std::int64_t offset, std::int64_t high) {
  if (expected < 0 || offset == expected) return Fetched::kNext;
  if (offset > expected) return Fetched::kGap;
  return high >= 0 && high < expected ? Fetched::kCutShort : Fetched::kAgain;
}

}  // namespace im::kafka
