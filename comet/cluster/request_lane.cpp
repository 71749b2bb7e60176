#include "comet/cluster/request_lane.hpp"

#include <algorithm>
#include <utility>

namespace im::comet {

namespace {

constexpr std::chrono::milliseconds kJustLate{1};

}  // namespace

void RequestLane::ask(ReceiveAsk ask) {
  lane_.post([this, ask = std::move(ask)]() mutable { add(std::move(ask)); });
}

void RequestLane::add(ReceiveAsk ask) {
  stats_.asked.fetch_add(1, std::memory_order_relaxed);
  const ConnId conn = ask.caller.conn;
  bool full = false;
  {
    const std::lock_guard lock(mutex_);
    full = waiting_bytes_ + ask.body.size() > rules_.most_bytes;
    if (!full) {
      waiting_bytes_ += ask.body.size();
      waiting_.push_back({std::move(ask), lane_.now()});
      stats_.waiting.store(waiting_.size(), std::memory_order_relaxed);
    }
  }
  full ? refuse(conn) : next();
  watch();
}

/// Nothing else may come that looks at those who wait: no request, and no answer of a logic that stands still.
void RequestLane::watch() {
  Duration left{};
  {
    const std::lock_guard lock(mutex_);
    if (waiting_.empty() || is_watched_) return;
    is_watched_ = true;
    left = waiting_.front().since + rules_.patience - lane_.now();
  }
  lane_.post_after(std::max(left, Duration{}) + kJustLate, [this] {
    {
      const std::lock_guard lock(mutex_);
      is_watched_ = false;
    }
    next();
    watch();
  });
}

void RequestLane::next() {
  for (Waiting first; take(first);) {
    if (lane_.now() - first.since > rules_.patience) {
      refuse(first.ask.caller.conn);
    } else {
      go(std::move(first.ask));
    }
  }
}

bool RequestLane::take(Waiting& first) {
  const std::lock_guard lock(mutex_);
  if (waiting_.empty()) return false;
  const bool late = lane_.now() - waiting_.front().since > rules_.patience;
  if (!late && in_flight_ >= window_.size()) return false;
  if (!late) ++in_flight_;
  first = std::move(waiting_.front());
  waiting_.pop_front();
  waiting_bytes_ -= first.ask.body.size();
  stats_.waiting.store(waiting_.size(), std::memory_order_relaxed);
  return true;
}

void RequestLane::go(ReceiveAsk ask) {
  const ConnId conn = ask.caller.conn;
  logic_.receive(std::move(ask), [this, conn, begun = lane_.now()](Result<ReceiveAnswer> result) {
    on_answer(conn, begun, std::move(result));
  });
}

void RequestLane::on_answer(ConnId conn, TimePoint begun, Result<ReceiveAnswer> result) {
  const bool lost = !result.ok() && nobody_answered(result.error());
  ReceiveAnswer answer;
  if (result.ok()) {
    answer = std::move(result).value();
  } else {
    answer.failure = failure_of(result.error());
  }
  tell(conn, std::move(answer));
  ended(begun, lost);
}

void RequestLane::ended(TimePoint begun, bool lost) {
  {
    const std::lock_guard lock(mutex_);
    --in_flight_;
    window_.answered(begun, lane_.now(), lost);
    if (waiting_.empty()) return;
  }
  lane_.post([this] { next(); });
}

void RequestLane::tell(ConnId conn, ReceiveAnswer answer) {
  if (answer.failure) stats_.failed.fetch_add(1, std::memory_order_relaxed);
  workers_[conn.worker()]->answered(conn, std::move(answer));
}

/// Logic has not heard of it.
void RequestLane::refuse(ConnId conn) {
  stats_.late.fetch_add(1, std::memory_order_relaxed);
  ReceiveAnswer answer;
  answer.failure = failure_of({Error::Code::kOverloaded, "too many requests wait for logic"});
  tell(conn, std::move(answer));
}

}  // namespace im::comet
