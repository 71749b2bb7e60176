#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <limits>
#include <vector>

#include "tests/load/dedup_window.hpp"

namespace im::load {

/// One push of a stream. Times are nanoseconds of the steady clock.
struct PushFate {
  std::int64_t sent = 0;   ///< when its request was handed to the connection, or refused for want of one
  std::int64_t acked = 0;  ///< when code 0 was read; 0: refused, timed out, or no answer
  bool written = true;     ///< false: never left this process, so nobody may receive it
  bool given_up = false;   ///< its connection was closed before an answer came: the API may carry it out at any time
};

/// One connection of a receiver: from reading the auth reply (the room is joined by then) to noticing its loss.
struct Stay {
  static constexpr std::int64_t kStillUp = std::numeric_limits<std::int64_t>::max();
  std::int64_t up = 0;
  std::int64_t down = kStillUp;
};

/// A (receiver, push) pair that breaks the promise.
struct LostPair {
  std::size_t receiver = 0;
  std::uint32_t stream = 0;
  std::uint32_t number = 0;
};

/// Pairs are (receiver, acknowledged push of a stream it expects): judged + away + cut is all of them.
struct Verdict {
  std::uint64_t judged = 0;     ///< the promise holds: stayed connected around the push
  std::uint64_t lost = 0;       ///< judged and never received
  std::uint64_t away = 0;       ///< no connection when the push was sent
  std::uint64_t cut = 0;        ///< connected then, but lost the connection before the settle margin was over
  std::uint64_t missed = 0;     ///< of away and cut: never received (no promise is broken)
  std::uint64_t delivered = 0;  ///< first copies, of refused pushes too
  std::uint64_t dup_raw = 0;    ///< further copies on the wire
  std::uint64_t dup_same = 0;   ///< of dup_raw: the copy before came over the same connection
  std::uint64_t dup_shown = 0;  ///< further copies that the client's own dedup let through
  std::uint64_t reorder = 0;  ///< after a later message of its stream over the same connection; the API had answered it
  std::uint64_t moved = 0;    ///< first shown after a later one that an earlier connection, elsewhere, had brought
  std::uint64_t straggler = 0;  ///< the same for pushes that were given up: no order is promised between connections
  std::uint64_t phantom = 0;    ///< not expected by that receiver, never written, or no message of this run
  bool clean() const { return lost == 0 && dup_same == 0 && dup_shown == 0 && reorder == 0 && phantom == 0; }
};

/// Judges a run in which parts of the cluster may die. A stream is a numbered sequence of pushes to one target through
/// one API address.
///
/// "Stayed connected": one and the same connection was authenticated before the push was sent, and its loss was not
/// noticed until `settle` after code 0 was read. Only such pairs can be lost; how many others there are is told, so
/// that a cluster that cuts everybody does not look good. A loss is noticed when the socket says so; a client that
/// gives up a silent connection, or loses or leaves one with an unanswered heartbeat, dates the loss back to the last
/// byte it read.
///
/// Threads: sent, acked, withheld and given_up on one thread; up, down, received and stray on one thread per receiver;
/// judge when all of them have ended.
class DeliveryJudge {
 public:
  DeliveryJudge(std::size_t receivers, std::size_t streams, std::size_t dedup_window = 4096);

  void expect(std::size_t receiver, std::uint32_t stream);

  std::uint32_t sent(std::uint32_t stream, std::int64_t at);  ///< returns the number of the push in its stream
  void withheld(std::uint32_t stream, std::uint32_t number) { streams_[stream][number].written = false; }
  void given_up(std::uint32_t stream, std::uint32_t number) { streams_[stream][number].given_up = true; }
  void acked(std::uint32_t stream, std::uint32_t number, std::int64_t at) { streams_[stream][number].acked = at; }

  void up(std::size_t receiver, std::int64_t at) { receivers_[receiver].stays.push_back({at, Stay::kStillUp}); }
  void down(std::size_t receiver, std::int64_t at);
  void received(std::size_t receiver, std::uint32_t stream, std::uint32_t number);
  void stray(std::size_t receiver) { ++receivers_[receiver].phantom; }

  /// What is sent from now on is not judged: it only shows that what came before has been brought, since a stream keeps
  /// its order. Between two pushes, on their thread.
  void fence();
  /// Pairs (receiver, stream it expects) that have heard nothing from behind the fence yet. Any thread.
  std::size_t before_fence() const { return before_fence_; }

  /// `lost` takes the broken pairs when given. `slowest_ns`: the slowest delivery of the run; who left sooner than
  /// that after an answer may have missed a push that was only slow.
  Verdict judge(std::int64_t settle_ns, std::vector<LostPair>* lost = nullptr, std::int64_t slowest_ns = 0) const;
  const std::vector<std::deque<PushFate>>& streams() const { return streams_; }
  const std::vector<Stay>& stays(std::size_t receiver) const { return receivers_[receiver].stays; }

 private:
  struct Row {
    std::uint32_t stream;
    std::uint32_t next = 0;       ///< one above the highest number shown
    std::uint32_t here_next = 0;  ///< the same of the connection there is now
    std::vector<bool> seen;
    std::vector<bool> here;           ///< of seen: over the connection there is now
    std::vector<std::uint32_t> late;  ///< came after a higher number over the same connection
    bool fenced = false;              ///< has heard something from behind the fence
    bool has(std::size_t number) const { return number < seen.size() && seen[number]; }
  };
  struct Receiver {
    std::vector<Row> rows;
    std::vector<Stay> stays;
    DedupWindow window;
    std::uint64_t dup_raw = 0, dup_same = 0, dup_shown = 0, moved = 0, phantom = 0;
  };
  enum class Presence { kStayed, kCut, kAway };
  static Presence presence(const std::vector<Stay>& stays, const PushFate& push, std::int64_t settle_ns);
  struct Margins {
    std::int64_t seen, unseen;
  };
  /// True: lost. It was acknowledged, the receiver stayed and did not see it.
  static bool judge_push(const Receiver& who, const PushFate& push, bool seen, const Margins& margins, Verdict& sum);
  void judge_row(const Receiver& who, const Row& row, const Margins& margins, Verdict& sum,
                 std::vector<std::uint32_t>& lost) const;

  std::vector<Receiver> receivers_;
  std::vector<std::deque<PushFate>> streams_;
  std::vector<std::atomic<std::uint32_t>> fences_;  ///< of each stream the first number that is not judged
  std::atomic<std::size_t> before_fence_{0};
};

/// Pushes refused in a row, in the order they were sent.
struct Refusals {
  std::int64_t longest_ns = 0;  ///< from the first to the last of the longest row
  std::uint64_t late = 0;       ///< refused when the row had lasted longer than the limit
};
/// Over `streams` taken together: a row ends with the first push that is acknowledged.
Refusals refusals(const std::vector<const std::deque<PushFate>*>& streams, std::int64_t limit_ns);

}  // namespace im::load
