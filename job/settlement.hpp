#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <set>

namespace im::job {

/// An offset that must not be committed yet: a comet was not told that it missed what begins there.
struct Debt {
  std::int32_t partition = 0;
  std::uint64_t assignment = 0;  ///< the holding of the partition that it belongs to
  std::int64_t offset = 0;
  friend bool operator==(const Debt&, const Debt&) = default;
};

/// How far each partition is settled: the lowest offset that still has a target which has neither taken its part nor
/// been given up, or that is owed to somebody. Pure; one thread. Partitions are held per assignment: what comes late
/// from an earlier one changes nothing.
class Settlement {
 public:
  /// Starts to hold the partition (again, when it was held); returns the number of this holding.
  std::uint64_t open(std::int32_t partition);
  void close(std::int32_t partition);
  /// 0 = not held.
  std::uint64_t assignment(std::int32_t partition) const;

  /// A record was read. `offset` rises within a holding. With 0 parts it is settled at once.
  void add(std::int32_t partition, std::int64_t offset, std::size_t parts, std::size_t bytes);
  /// One part is done. Ignored unless `assignment` is the current one.
  void settle(std::int32_t partition, std::uint64_t assignment, std::int64_t offset);

  /// Nothing from `debt.offset` on is committed until the same debt is paid. Its parts may be settled meanwhile.
  void owe(const Debt& debt);
  void pay(const Debt& debt);

  /// The offset to commit (first unsettled or owed one) if it moved since the last call.
  std::optional<std::int64_t> take_watermark(std::int32_t partition);
  /// Calls `use(partition, next)` for each partition whose watermark moved since the last call.
  template <class Use>
  void take_watermarks(Use use) {
    for (auto& [partition, held] : partitions_) {
      if (const auto next = take_watermark(partition)) use(partition, *next);
    }
  }

  /// Records with parts that are not done, and a little for each settled one behind them.
  std::size_t unsettled_bytes() const { return bytes_; }
  /// All from the first unsettled one on.
  std::size_t unsettled_records() const { return records_; }
  std::size_t partitions() const { return partitions_.size(); }
  std::size_t debts() const;

 private:
  struct Entry {
    std::int64_t offset;
    std::size_t parts;  ///< not done yet
    std::size_t bytes;
  };
  struct Held {
    std::uint64_t assignment = 0;
    std::deque<Entry> entries;         ///< from the first unsettled record on
    std::optional<std::int64_t> done;  ///< everything below it is settled
    std::optional<std::int64_t> told;  ///< the watermark taken last
    std::multiset<std::int64_t> debts;
  };
  void advance(Held& held);

  std::map<std::int32_t, Held> partitions_;
  std::uint64_t last_assignment_ = 0;
  std::size_t bytes_ = 0;
  std::size_t records_ = 0;
};

}  // namespace im::job
