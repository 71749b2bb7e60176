#pragma once

#include <string>

#include "logic/calls/call_table.hpp"
#include "logic/requests/caller.hpp"
#include "logic/routers/shared_table.hpp"

namespace im::logic {

/// Which call a user is in, as far as other calls care: a note in the routers' shared table, "busy/UID" → scope. A note
/// counts only while its call lives and has the user in it, so nobody has to remove it. Any thread, never blocks.
class CallBusy {
 public:
  CallBusy(CallTable& calls, SharedTable& shared) : calls_(calls), shared_(shared) {}

  /// True: the user is in no other call, and is noted for this one now.
  void claim(Uid uid, const std::string& scope, std::function<void(Result<bool>)> done);
  /// A report of the user in this call: the note stays.
  void keep(Uid uid, const std::string& scope);
  /// The user's newest call, also when it has just ended; not called when nobody knows of one.
  void newest(Uid uid, std::function<void(const im::calls::ApplyReply&)> found);
  /// What there is one live call of, that the user was noted for last.
  void scope_of(Uid uid, std::function<void(Result<std::optional<std::string>>)> done);

 private:
  void look(Uid uid, const std::string& scope, CallTable::Done<im::calls::ApplyReply> done);

  CallTable& calls_;
  SharedTable& shared_;
};

/// The user takes part in it or is asked to.
bool is_in_call(const im::calls::Record& record, Uid uid);
bool rings_for(const im::calls::Record& record, Uid uid);

}  // namespace im::logic
