#pragma once

#include <string>
#include <vector>

#include <boost/json/object.hpp>

#include "logic/chat/conversation_service.hpp"
#include "logic/store/store.hpp"
#include "logic/webim/person.hpp"

namespace im::logic::webim {

/// A line of the lobby. `message`: the page's object, stamped with who sent it.
struct Line {
  Uid sender;
  std::string type, address;
  boost::json::object message;
};

/// The lines of the lobby, a stored room. Blocking; any thread but one of an io_context.
class Lobby {
 public:
  Lobby(store::Store& store, chat::ConversationService& conversations) : store_(store), conversations_(conversations) {}

  /// Before anything else; the store must be open.
  Status open();
  store::ConvId conv() const { return conv_; }
  /// Kept when this returns; those online get it on the way of all rows (store::OutboxSink).
  Status say(const Line& line);
  /// The newest lines as the page wants them, oldest first: {type, user:{name, avatar}, time, msg}.
  Result<boost::json::array> history(std::size_t most);

 private:
  store::Store& store_;
  chat::ConversationService& conversations_;
  store::ConvId conv_;
};

}  // namespace im::logic::webim
