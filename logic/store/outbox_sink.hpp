#pragma once

#include <vector>

#include "logic/store/message.hpp"

namespace im::logic::store {

/// A row that was committed and has to go out to those who are online.
struct Outgoing {
  ConvKind kind = ConvKind::kP2p;
  Message message;
};

/// Where committed rows go: the push path. Called on the thread of a lane or of the relay, rows of a conversation in
/// their order; takes them without waiting. Who has sent them tells WriteLanes::sent(), from any thread; what was not
/// told yet is brought again by the relay: at least once, readers drop what they have by (conv, seq).
class OutboxSink {
 public:
  virtual ~OutboxSink() = default;
  /// Just written.
  virtual void take(const std::vector<Outgoing>& rows) = 0;
  /// Written a while ago and still in the outbox; maybe this sink has them.
  virtual void take_again(const std::vector<Outgoing>& rows) = 0;
};

}  // namespace im::logic::store
