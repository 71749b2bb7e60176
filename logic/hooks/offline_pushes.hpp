#pragma once

#include <functional>
#include <vector>

#include "logic/hooks/hook_queue.hpp"
#include "logic/routers/session_directory.hpp"

namespace im::logic {

/// Messages to users who are offline, on their way to the operator's service: "push.offline", once for a message and
/// user. Any thread.
class OfflinePushes {
 public:
  /// `body`: tells what was said.
  OfflinePushes(store::Store& store, SessionDirectory& directory, bool body)
      : store_(store), directory_(directory), body_(body) {}

  /// `done` with success: what is due stands in the queue. With an error the row comes again.
  void row(const store::Message& row, const std::vector<Uid>& members, std::function<void(Status)> done);

 private:
  void put(const store::Message& row, std::vector<Uid> offline, std::function<void(Status)> done);

  store::Store& store_;
  SessionDirectory& directory_;
  const bool body_;
};

}  // namespace im::logic
