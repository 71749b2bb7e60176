#pragma once

#include <chrono>
#include <functional>
#include <map>
#include <memory>
#include <vector>

#include "common/base/ids.hpp"
#include "common/base/result.hpp"

namespace im::logic {

class RouterCalls;

/// Who watches whom, as the routers keep it (proto/im/presence.proto): for a time, and lost when a slot moves. Any
/// thread; callbacks run once, on any thread.
class WatcherTable {
 public:
  using Watchers = std::map<Uid, std::vector<Uid>>;  ///< of those who are watched at all
  virtual ~WatcherTable() = default;
  /// For so long; 0: no longer. Gives those for whom there was no room.
  virtual void watch(Uid watcher, const std::vector<Uid>& uids, std::chrono::milliseconds ttl,
                     std::function<void(Result<std::vector<Uid>>)> done) = 0;
  virtual void list(const std::vector<Uid>& uids, std::function<void(Result<Watchers>)> done) = 0;
};
std::unique_ptr<WatcherTable> make_grpc_watcher_table(RouterCalls& calls);

}  // namespace im::logic
