#pragma once

#include <map>
#include <string>
#include <vector>

#include "logic/chat_presence/presence.hpp"
#include "logic/store/store.hpp"

namespace im::logic {

/// How users want to be seen, when they were last there, and who may know. Blocking, any thread but an I/O thread.
class PresenceStore {
 public:
  explicit PresenceStore(store::Store& store) : store_(store) {}

  Status set(Uid uid, Mood mood, const std::string& text);
  /// A row for each that is a user.
  Result<std::map<Uid, PresenceRow>> rows(const std::vector<Uid>& uids);
  /// Those of `uids` whose presence `watcher` may see: contacts who have not blocked them.
  Result<std::vector<Uid>> visible_to(Uid watcher, const std::vector<Uid>& uids);
  /// They were here until then. Does not wait.
  void seen(const std::vector<Uid>& uids, std::int64_t ms);

 private:
  store::Store& store_;
};

}  // namespace im::logic
