#include "logic/hooks/hook_courier.hpp"

#include <algorithm>

#include "common/base/log.hpp"

namespace im::logic {

namespace {
constexpr std::int64_t kLongestPauseMs = 20LL * 60 * 1000;
constexpr int kRoundsBetweenLooks = 50;  ///< of forgetting and counting
}  // namespace

std::int64_t HookCourier::pause_ms(int tries) {
  return std::min(std::int64_t{1000} << std::clamp(tries - 1, 0, 20), kLongestPauseMs);
}

void HookCourier::start() {
  thread_ = std::thread([this] { loop(); });
}

void HookCourier::stop() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  wake_.notify_all();
  if (thread_.joinable()) thread_.join();
  std::unique_lock lock(mutex_);
  wake_.wait(lock, [this] { return open_ == 0; });
}

void HookCourier::loop() {
  for (int rounds = 0;; ++rounds) {
    if (rounds % kRoundsBetweenLooks == 0) {
      (void)queue_.forget_old();
      if (const auto figures = queue_.figures(); figures.ok()) {
        stats_.waiting = figures.value().waiting;
        stats_.dead = figures.value().given_up;
      }
    }
    const std::size_t sent = round();
    std::unique_lock lock(mutex_);
    const auto until = std::chrono::steady_clock::now() + options_.every;
    // With answers under way there is nothing to gain by a hurry; a full hand goes on at once.
    wake_.wait_until(lock, until, [&] { return stopping_ || (sent > 0 && open_ == 0); });
    if (stopping_) return;
  }
}

std::size_t HookCourier::round() {
  {
    const std::lock_guard lock(mutex_);
    if (open_ > 0) return 0;
  }
  const auto calls = queue_.take(options_.at_once, options_.lease_ms);
  if (!calls.ok()) {
    const std::lock_guard lock(mutex_);
    if (const auto times = failing_.tell(monotonic_now()))
      log::warn("calls to hooks.url cannot be read from the store", {{"why", calls.error().message}, {"times", times}});
    return 0;
  }
  {
    const std::lock_guard lock(mutex_);
    open_ += calls.value().size();
  }
  for (const HookCall& call : calls.value())
    poster_.post(call.body, [this, call](const Result<HookReply>& reply) { on_reply(call, reply); });
  return calls.value().size();
}

void HookCourier::on_reply(const HookCall& call, const Result<HookReply>& reply) {
  const bool heard = reply.ok() && reply.value().status >= 200 && reply.value().status < 300;
  const bool last = !heard && call.tries >= options_.tries;
  const auto verdict = heard  ? HookQueue::Verdict::kHeard
                       : last ? HookQueue::Verdict::kGivenUp
                              : HookQueue::Verdict::kAgain;
  queue_.settle(call, verdict, heard || last ? 0 : pause_ms(call.tries));
  ++(heard ? stats_.heard : last ? stats_.given_up : stats_.failed);
  const std::lock_guard lock(mutex_);
  if (!heard) {
    const std::string why = reply.ok() ? "status " + std::to_string(reply.value().status) : reply.error().message;
    if (const auto times = (last ? dying_ : failing_).tell(monotonic_now()))
      log::warn(last ? "a call to hooks.url is given up" : "a call to hooks.url failed; tried again",
                {{"id", call.id}, {"why", why}, {"times", times}});
  }
  --open_;
  wake_.notify_all();  // under the lock: stop() may end this object right after
}

}  // namespace im::logic
