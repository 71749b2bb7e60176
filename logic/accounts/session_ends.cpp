#include "logic/accounts/session_ends.hpp"

#include "common/base/log.hpp"

namespace im::logic {

void SessionEnds::end(Uid uid, const std::string& device, std::function<void(Result<std::int32_t>)> done) {
  const Who who{Uid(), std::to_string(uid.value()) + "/" + device};
  revocations_.revoke(who, times_.lifetime, [this, who, done = std::move(done)](const Status& status) mutable {
    if (!status.ok()) return done(status.error());
    {
      const std::lock_guard lock(mutex_);
      if (pending_.size() < kMaxPending) pending_.push_back({monotonic_now() + times_.again, who});
    }
    kick_(who, std::move(done));
  });
}

void SessionEnds::tick(TimePoint now) {
  std::deque<Pending> due;
  {
    const std::lock_guard lock(mutex_);
    while (!pending_.empty() && pending_.front().due <= now) {
      due.push_back(std::move(pending_.front()));
      pending_.pop_front();
    }
  }
  for (const Pending& one : due) {
    kick_(one.who, [](const Result<std::int32_t>& closed) {
      if (!closed.ok()) log::warn("a device may still be connected", {{"why", closed.error().message}});
    });
  }
}

}  // namespace im::logic
