#pragma once

#include <string>
#include <vector>

#include <boost/json/object.hpp>

#include "logic/chat/conversation_service.hpp"
#include "logic/chat/text_gate.hpp"
#include "logic/store/store.hpp"
#include "logic/webim/person.hpp"

namespace im::logic::webim {

/// A line of the lobby. `message`: the page's object, stamped with who sent it.
struct Line {
  chat::Actor by;
  std::string type;
  boost::json::object message;
};

/// The lines of the lobby, a stored room, and the only door through which they come (decision 93). Blocking; any thread
/// but one of an io_context.
class Lobby {
 public:
  Lobby(store::Store& store, chat::ConversationService& conversations, const chat::TextGate& gate)
      : store_(store), conversations_(conversations), gate_(gate) {}

  /// Before anything else; the store must be open.
  Status open();
  store::ConvId conv() const { return conv_; }
  /// Kept when this returns; those online get it on the way of all rows (store::OutboxSink).
  /// kDenied: an operator has muted the sender, or their service refused the text. What that service wrote instead is
  /// a text.
  Status say(Line line);
  /// kDenied: muted. For words that are not kept.
  Status may_speak(Uid uid);
  /// The newest lines as the page wants them, oldest first: {type, user:{name, avatar}, time, msg}.
  Result<boost::json::array> history(std::size_t most);

 private:
  Status pass(Line& line) const;
  Status may(sql::Connection& db, Uid uid, std::int64_t now_ms) const;

  store::Store& store_;
  chat::ConversationService& conversations_;
  const chat::TextGate& gate_;
  const chat::Rights rights_{chat::Limits{}};
  store::ConvId conv_;
};

}  // namespace im::logic::webim
