#pragma once

#include <map>
#include <string>
#include <vector>

#include "logic/chat/text_gate.hpp"
#include "logic/chat_presence/presence.hpp"
#include "logic/store/store.hpp"

namespace im::logic {

/// How users want to be seen, when they were last there, and who may know. Blocking, any thread but an I/O thread.
class PresenceStore {
 public:
  explicit PresenceStore(store::Store& store, const chat::TextGate& gate = chat::TextGate::open())
      : store_(store), gate_(gate) {}

  /// What is kept of it: the text passes the gate.
  Result<PresenceRow> set(const chat::Actor& actor, PresenceRow wanted);
  /// A row for each that is a user.
  Result<std::map<Uid, PresenceRow>> rows(const std::vector<Uid>& uids);
  /// Those of `uids` whose presence `watcher` may see: contacts who have not blocked them.
  Result<std::vector<Uid>> visible_to(Uid watcher, const std::vector<Uid>& uids);
  /// They were here until then. Waits until it is written, so that who asks then finds it; any thread but a lane's.
  void seen(const std::vector<Uid>& uids, std::int64_t ms);

 private:
  store::Store& store_;
  const chat::TextGate& gate_;
};

}  // namespace im::logic
