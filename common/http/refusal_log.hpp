#pragma once

#include <map>
#include <mutex>
#include <string>
#include <string_view>

#include "common/base/repeat.hpp"

namespace im::http {

/// Says why a server refuses requests or connections: each reason at once, then at most once a minute with how many
/// there were. Any thread. Reasons are ours, so there are few.
class RefusalLog {
 public:
  explicit RefusalLog(std::string server) : server_(std::move(server)) {}
  void tell(std::string_view why, std::string_view peer);

 private:
  const std::string server_;
  std::mutex mutex_;
  std::map<std::string, Repeat, std::less<>> reasons_;
};

}  // namespace im::http
