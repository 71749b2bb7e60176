#pragma once

#include <functional>

#include "logic/calls/call_busy.hpp"
#include "logic/calls/call_delivery.hpp"
#include "logic/calls/call_table.hpp"
#include "logic/calls/turn_credentials.hpp"
#include "logic/requests/answer.hpp"
#include "logic/requests/caller.hpp"

namespace im::logic {

/// What every command of a call does: ask the owner, deliver what comes of it, answer. Any thread.
class CallAsker {
 public:
  CallAsker(CallTable& calls, CallDelivery& delivery, const IceServers& ice, CallBusy& busy)
      : calls_(calls), delivery_(delivery), ice_(ice), busy_(busy) {}

  /// `fill` adds to the answer of what went well.
  using Fill = std::function<void(const im::calls::ApplyReply&, boost::json::object&)>;
  void ask(im::calls::ApplyRequest request, const Fill& fill, const Reply& reply);
  /// The same without an answer to a client.
  void ask(im::calls::ApplyRequest request, CallTable::Done<im::calls::ApplyReply> done);

  /// {call_id, party_id, party_token, ring_ms, ice, …}: what a device needs that has a part now.
  Fill joined(Uid uid) const;
  boost::json::object ice(Uid uid) const;
  CallBusy& busy() { return busy_; }

 private:
  CallTable& calls_;
  CallDelivery& delivery_;
  const IceServers& ice_;
  CallBusy& busy_;
};

/// Who asks, as the session says.
void fill_device(im::calls::ApplyRequest& request, const Caller& caller);
Failure call_failure(const im::calls::ApplyReply& reply, Uid to);

}  // namespace im::logic
