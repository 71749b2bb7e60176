#include "comet/cluster/login_queue.hpp"

#include <algorithm>
#include <utility>

#include "common/base/fault.hpp"

namespace im::comet {

void LoginQueue::add(ConnectAsk ask) {
  owner_.check();
  waiting_.push_back(std::move(ask));
  next();
}

void LoginQueue::next() {
  while (!waiting_.empty() && in_flight_ < max_in_flight_) {
    ConnectAsk ask = std::move(waiting_.front());
    waiting_.pop_front();
    ++in_flight_;
    auto copy = ask;
    const TimePoint begun = monotonic_now();
    const std::uint64_t conn = ask.conn.raw();
    auto cancel =
        logic_.connect(std::move(copy), [this, begun, ask = std::move(ask)](Result<ConnectGrant> result) mutable {
          stats_.connect_times.observe(monotonic_now() - begun);
          control_.post([this, ask = std::move(ask), result = std::move(result)] { on_answer(ask, result); });
        });
    under_way_[conn].cancel = std::move(cancel);
  }
}

/// A login that waits for a router would be carried out when its client is long somewhere else, and take the session
/// from the newer connection.
void LoginQueue::abandon(ConnId conn) {
  owner_.check();
  if (const auto call = under_way_.find(conn.raw()); call != under_way_.end()) {
    call->second.abandoned = true;
    call->second.cancel();
    return;
  }
  const auto waiting =
      std::find_if(waiting_.begin(), waiting_.end(), [conn](const ConnectAsk& ask) { return ask.conn == conn; });
  if (waiting == waiting_.end()) return;
  waiting_.erase(waiting);
  stats_.connects_abandoned.add();
}

void LoginQueue::on_answer(const ConnectAsk& ask, const Result<ConnectGrant>& result) {
  owner_.check();
  --in_flight_;
  ++answered_;
  const auto call = under_way_.extract(ask.conn.raw());
  if (result.ok() && fault::fire("comet.after_bind")) return;
  count(result, !call.empty() && call.mapped().abandoned);
  if (result.ok()) kick_replaced(result.value().replaced);
  workers_[ask.conn.worker()]->connected(ask.conn, result);
  next();
}

void LoginQueue::kick_replaced(const std::vector<ConnId>& replaced) {
  for (ShardPort* worker : workers_) {
    const bool concerned =
        std::any_of(replaced.begin(), replaced.end(), [&](ConnId id) { return id.worker() == worker->index(); });
    if (concerned) worker->kick(replaced, CloseReason::kReplaced);
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
