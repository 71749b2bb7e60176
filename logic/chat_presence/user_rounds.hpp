#pragma once

#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <utility>
#include <vector>

#include "common/base/slot.hpp"
#include "logic/routers/router_calls.hpp"

namespace im::logic {

/// A question about users to the routers that have their slots, each once, and again about those that had moved until
/// the deadline. A request must bear being made twice.
template <class Request, class Reply>
class UserRounds : public std::enable_shared_from_this<UserRounds<Request, Reply>> {
 public:
  using Method = RouterCalls::Method<Request, Reply, RouterCalls::WatchersAsync>;
  struct Ends {
    std::function<void(const Reply&)> take;  ///< of each router; one at a time
    std::function<void(Status)> done;
  };
  UserRounds(RouterCalls& calls, Request base, Method method, Ends ends)
      : calls_(calls),
        base_(std::move(base)),
        method_(method),
        ends_(std::move(ends)),
        until_(calls.scheduler().now() + calls.deadline()) {}

  void ask(const std::vector<std::int64_t>& uids) {
    std::map<int, std::vector<std::int64_t>> by_router;
    for (const std::int64_t uid : uids) by_router[calls_.map().owner_index(slot_of(uid))].push_back(uid);
    open_ = by_router.size();
    if (by_router.empty()) return ends_.done(Ok{});
    for (auto& [router, some] : by_router) {
      Request request = base_;
      for (const std::int64_t uid : some) request.add_uids(uid);
      calls_.to_router<Reply>(
          router, std::move(request), method_, calls_.deadline(),
          [self = this->shared_from_this(), uids = some](const Result<Reply>& reply) { self->on_reply(uids, reply); });
    }
  }

 private:
  static constexpr std::chrono::milliseconds kAgain{50};

  void on_reply(const std::vector<std::int64_t>& uids, const Result<Reply>& reply) {
    {
      const std::lock_guard lock(mutex_);
      if (reply.ok()) {
        ends_.take(reply.value());
        left_.insert(left_.end(), reply.value().elsewhere().begin(), reply.value().elsewhere().end());
      } else if (RouterCalls::moved(reply.error())) {
        left_.insert(left_.end(), uids.begin(), uids.end());
      } else {
        failed_ = reply.error();
      }
      if (--open_ > 0) return;
    }
    finish();
  }

  /// The last answer of this round is in: nobody else is here.
  void finish() {
    if (failed_) return ends_.done(*failed_);
    if (left_.empty()) return ends_.done(Ok{});
    if (calls_.scheduler().now() + kAgain >= until_)
      return ends_.done(Error{Error::Code::kUnavailable, "no router has this slot"});
    calls_.map().refresh();
    calls_.scheduler().post_after(kAgain,
                                  [self = this->shared_from_this()] { self->ask(std::exchange(self->left_, {})); });
  }

  RouterCalls& calls_;
  const Request base_;
  const Method method_;
  const Ends ends_;
  const TimePoint until_;
  std::mutex mutex_;
  std::size_t open_ = 0;
  std::vector<std::int64_t> left_;
  std::optional<Error> failed_;
};

}  // namespace im::logic
