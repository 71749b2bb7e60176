#include "comet/trouble_log.hpp"

#include <utility>

namespace im::comet {

namespace {

/// Reasons that stand for a fault, an attack or an overload.
constexpr std::array kClosed{CloseReason::kHandshakeTimeout, CloseReason::kBadTls,           CloseReason::kBadUpgrade,
                             CloseReason::kBadPacket,        CloseReason::kBadFrame,         CloseReason::kUnexpectedOp,
                             CloseReason::kAuthRefused,      CloseReason::kLogicUnavailable, CloseReason::kSlowConsumer,
                             CloseReason::kPollBacklog,      CloseReason::kMissed,           CloseReason::kFenced,
                             CloseReason::kOverloaded};
constexpr std::array kDropped{DropReason::kOutboxFull, DropReason::kSlowConsumer, DropReason::kRoomOverflow};

template <std::size_t N>
std::uint64_t total(const std::vector<const WorkerStats*>& workers, std::array<Counter, N> WorkerStats::* counters,
                    std::size_t index) {
  std::uint64_t sum = 0;
  for (const WorkerStats* stats : workers) sum += (stats->*counters)[index].value();
  return sum;
}

}  // namespace

std::uint64_t TroubleLog::news(Watch& watch, std::uint64_t total, TimePoint now) {
  return watch.repeat.tell(now, total - std::exchange(watch.seen, total));
}

std::vector<TroubleLog::Line> TroubleLog::look(const std::vector<const WorkerStats*>& workers, TimePoint now) {
  std::vector<Line> lines;
  const auto add = [&lines](std::string_view what, std::string_view reason, std::uint64_t count) {
    if (count > 0) lines.push_back({what, reason, count});
  };
  for (const CloseReason reason : kClosed) {
    const auto index = static_cast<std::size_t>(reason);
    add("clients were closed", info(reason).label,
        news(closed_[index], total(workers, &WorkerStats::closed, index), now));
  }
  for (const DropReason reason : kDropped) {
    const auto index = static_cast<std::size_t>(reason);
    add("pushes were dropped", label(reason), news(dropped_[index], total(workers, &WorkerStats::dropped, index), now));
  }
  for (std::size_t index = 0; index < limited_.size(); ++index)
    add("clients were over a limit", label(static_cast<Limit>(index)),
        news(limited_[index], total(workers, &WorkerStats::limited, index), now));
  return lines;
}

}  // namespace im::comet
