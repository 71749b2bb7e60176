#pragma once

#include <cstddef>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "common/base/rate.hpp"
#include "common/base/result.hpp"
#include "logic/requests/caller.hpp"

namespace im::logic {

/// How much one caller may ask of this logic: over all commands, and of single ones. A user counts once, however many
/// devices; who is no user counts by session key. Any thread.
class RequestLimits {
 public:
  static constexpr std::size_t kMaxCallers = 200000;  ///< remembered; above it some begin anew with a full bucket

  /// `commands`: rates of their own, by name.
  RequestLimits(Rate all, std::map<std::string, Rate, std::less<>> commands)
      : all_(all), commands_(std::move(commands)) {}

  /// From here on; buckets stay as full as they are. Any thread.
  void set(Rate all, std::map<std::string, Rate, std::less<>> commands);
  /// Takes one request of any kind, or takes nothing and says how long to wait.
  std::optional<Duration> take(const Caller& caller, TimePoint now);
  /// The same of the command's own rate.
  std::optional<Duration> take_command(const Caller& caller, std::string_view cmd, TimePoint now);

 private:
  using Buckets = std::unordered_map<std::string, TimePoint>;
  /// Under the lock.
  std::optional<Duration> take_one(const Rate& rate, const std::string& name, TimePoint now);
  void make_room(TimePoint now);

  std::mutex mutex_;
  Rate all_;
  std::map<std::string, Rate, std::less<>> commands_;
  Buckets full_at_;  ///< by "caller" and by "caller command"
};

/// {"typing=2/5"}: at most 2 a second on average, 5 at once. kInvalid names the entry.
Result<std::map<std::string, Rate, std::less<>>> read_rates(const std::vector<std::string>& entries);

}  // namespace im::logic
