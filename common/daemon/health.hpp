#pragma once

#include <map>
#include <mutex>
#include <string>

namespace im {

/// Readiness of a daemon, one entry per dependency. Any thread.
/// Ready = every dependency is up and the daemon is not draining.
class Health {
 public:
  /// Declares or changes a dependency. Logs one line at each change of state ("waiting for logic: connection refused").
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
  };
  mutable std::mutex mutex_;
  std::map<std::string, Dependency> dependencies_;
  bool draining_ = false;
};

}  // namespace im
