#pragma once

#include <functional>
#include <map>
#include <mutex>
#include <string>

#include "common/base/clock.hpp"

namespace im {

/// Readiness of a daemon, one entry per dependency. Any thread.
/// Ready = every dependency is up and the daemon is not draining.
class Health {
 public:
  explicit Health(std::function<TimePoint()> clock = monotonic_now) : clock_(std::move(clock)) {}
  /// Declares or changes a dependency. Logs a line at each change of state ("waiting for logic: connection refused"),
  /// and while it is down when the reason is another one: the first such at once, then at most one a minute.
  void set(const std::string& dependency, bool up, const std::string& detail = {});
  void start_draining();
  bool ready() const;
  bool draining() const;
  /// {"ready":false,"draining":false,"dependencies":{"logic":{"up":false,"detail":"..."}}}
  std::string to_json() const;

 private:
  struct Dependency {
    bool up = false;
    std::string detail;
    TimePoint since{};      ///< up or down since then
    std::string told;       ///< the reason in the last line
    TimePoint next_line{};  ///< no further line of a reason before
  };
  /// Under the lock: whether this reason is worth a line now.
  static bool worth_a_line(Dependency& dependency, TimePoint now);
  const std::function<TimePoint()> clock_;
  mutable std::mutex mutex_;
  std::map<std::string, Dependency> dependencies_;
  bool draining_ = false;
};

}  // namespace im
