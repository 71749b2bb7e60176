#include "logic/requests/request_limits.hpp"

#include <charconv>

namespace im::logic {

namespace {

std::string name_of(const Caller& caller) {
  return caller.uid.value() > 0 ? "u" + std::to_string(caller.uid.value()) : "k" + caller.key;
}

bool read_number(std::string_view text, double& out) {
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), out);
  return error == std::errc{} && end == text.data() + text.size() && out > 0 && out <= 1e9;
}

}  // namespace

void RequestLimits::set(Rate all, std::map<std::string, Rate, std::less<>> commands) {
  const std::lock_guard lock(mutex_);
  all_ = all;
  commands_ = std::move(commands);
}

std::optional<Duration> RequestLimits::take(const Caller& caller, TimePoint now) {
  const std::lock_guard lock(mutex_);
  return take_one(all_, name_of(caller), now);
}

std::optional<Duration> RequestLimits::take_command(const Caller& caller, std::string_view cmd, TimePoint now) {
  const std::lock_guard lock(mutex_);
  const auto own = commands_.find(cmd);
  if (own == commands_.end()) return std::nullopt;
  return take_one(own->second, name_of(caller) + ' ' + own->first, now);
}

std::optional<Duration> RequestLimits::take_one(const Rate& rate, const std::string& name, TimePoint now) {
  if (rate.unlimited()) return std::nullopt;
  make_room(now);
  return rate.take(full_at_[name], now);
}

/// A bucket that is full again is as good as none.
void RequestLimits::make_room(TimePoint now) {
  if (full_at_.size() < kMaxCallers) return;
  std::erase_if(full_at_, [now](const auto& bucket) { return bucket.second <= now; });
  while (full_at_.size() > kMaxCallers / 2) full_at_.erase(full_at_.begin());
}

Result<std::map<std::string, Rate, std::less<>>> read_rates(const std::vector<std::string>& entries) {
  std::map<std::string, Rate, std::less<>> rates;
  for (const std::string& entry : entries) {
    const std::size_t equals = entry.find('=');
    const std::size_t slash = entry.find('/', equals == std::string::npos ? 0 : equals);
    double per_second = 0;
    double burst = 0;
    if (equals == std::string::npos || equals == 0 || slash == std::string::npos ||
        !read_number(std::string_view(entry).substr(equals + 1, slash - equals - 1), per_second) ||
        !read_number(std::string_view(entry).substr(slash + 1), burst) || burst < 1)
      return Error{Error::Code::kInvalid, "\"" + entry + "\" is not COMMAND=PER_SECOND/BURST"};
    rates.insert_or_assign(entry.substr(0, equals), Rate(per_second, burst));
  }
  return rates;
}

}  // namespace im::logic
