#include "logic/push_api/key_guesses.hpp"

#include <iterator>

#include "common/base/log.hpp"

namespace im::logic {

using namespace std::chrono_literals;

namespace {
constexpr double kPerSecond = 20;
constexpr double kBurst = 100;
}  // namespace

TokenBucket& KeyGuesses::bucket_of(const std::string& client, TimePoint now) {
  if (buckets_.size() >= kMost && now - cleaned_ > 1s) {
    cleaned_ = now;
    for (auto at = buckets_.begin(); at != buckets_.end();)
      at = at->second.full(now) ? buckets_.erase(at) : std::next(at);
  }
  const bool known = buckets_.contains(client);
  return buckets_.try_emplace(known || buckets_.size() < kMost ? client : "", kPerSecond, kBurst).first->second;
}

std::optional<Duration> KeyGuesses::wrong(const std::string& client, TimePoint now) {
  const std::lock_guard lock(mutex_);
  const auto wait = bucket_of(client, now).take(1, now);
  if (const auto count = told_.tell(now); count > 0) {
    log::warn("wrong API keys", {{"count", count}, {"last_from", client}, {"slowed", wait.has_value()}});
  }
  return wait;
}

}  // namespace im::logic
