#include "comet/cluster/login_queue.hpp"

#include <algorithm>
#include <utility>

#include "common/base/fault.hpp"

namespace im::comet {

void LoginQueue::add(ConnectAsk ask) {
  owner_.check();
  turns_[ask.conn.raw()] = ++last_turn_;
  waiting_.emplace(last_turn_, std::move(ask));
  next();
}

namespace {
/// A login that its client gave up says nothing.
bool unanswered(const Result<ConnectGrant>& result) { return !result.ok() && nobody_answered(result.error()); }
}  // namespace

void LoginQueue::next() {
  while (!waiting_.empty() && in_flight_ < window_.size()) {
    ConnectAsk ask = std::move(waiting_.begin()->second);
    waiting_.erase(waiting_.begin());
    turns_.erase(ask.conn.raw());
    ++in_flight_;
    auto copy = ask;
    const TimePoint begun = monotonic_now();
    const std::uint64_t conn = ask.conn.raw();
    auto cancel =
        logic_.connect(std::move(copy), [this, begun, ask = std::move(ask)](Result<ConnectGrant> result) mutable {
          const TimePoint ended = monotonic_now();
          stats_.connect_times.observe(ended - begun);
          control_.post([this, begun, ended, ask = std::move(ask), result = std::move(result)] {
            on_answer(ask, begun, ended, result);
          });
        });
    under_way_[conn].cancel = std::move(cancel);
  }
}

/// The worker ends a session that is granted to a connection which is gone: the routers hear of it at once.
void LoginQueue::abandon(ConnId conn) {
  owner_.check();
  if (const auto call = under_way_.find(conn.raw()); call != under_way_.end()) {
    call->second.abandoned = true;
    control_.post_after(kPatience, [this, conn] { cancel(conn); });
    return;
  }
  const auto turn = turns_.extract(conn.raw());
  if (turn.empty()) return;
  waiting_.erase(turn.mapped());
  stats_.connects_abandoned.add();
}

/// A login that waits for a router would be carried out when its client is long somewhere else.
void LoginQueue::cancel(ConnId conn) {
  if (const auto call = under_way_.find(conn.raw()); call != under_way_.end()) call->second.cancel();
}

void LoginQueue::on_answer(const ConnectAsk& ask, TimePoint begun, TimePoint ended,
                           const Result<ConnectGrant>& result) {
  owner_.check();
  --in_flight_;
  ++answered_;
  const auto call = under_way_.extract(ask.conn.raw());
  const bool abandoned = !call.empty() && call.mapped().abandoned;
  if (!abandoned) window_.answered(begun, ended, unanswered(result));
  if (result.ok() && fault::fire("comet.after_bind")) return;
  count(result, abandoned);
  if (unanswered(result)) lost_(ask.order);
  // One that nobody waits for is taken back in a moment. Whom it displaced may have no place any more: they come again.
  if (result.ok()) kick_replaced(result.value().replaced, abandoned ? CloseReason::kMissed : CloseReason::kReplaced);
  workers_[ask.conn.worker()]->connected(ask.conn, result);
  next();
}

void LoginQueue::kick_replaced(const std::vector<ConnId>& replaced, CloseReason why) {
  for (ShardPort* worker : workers_) {
    const bool concerned =
        std::any_of(replaced.begin(), replaced.end(), [&](ConnId id) { return id.worker() == worker->index(); });
    if (concerned) worker->kick(replaced, why);
  }
}

void LoginQueue::count(const Result<ConnectGrant>& result, bool abandoned) {
  const bool refused =
      !result.ok() && (result.error().code == Error::Code::kInvalid || result.error().code == Error::Code::kDenied);
  Counter& counter = result.ok() ? stats_.connects_ok
                     : refused   ? stats_.connects_refused
                     : abandoned ? stats_.connects_abandoned
                                 : stats_.connects_failed;
  counter.add();
}

}  // namespace im::comet
