#pragma once

#include <string>

#include <boost/json/object.hpp>

#include "logic/chat/message_service.hpp"
#include "logic/webim/person.hpp"

namespace im::logic::webim {

/// Private words of a page to a user with a newer client: an ordinary message of a conversation of two, kept as such.
/// What the other way round becomes of them is the codec's business (comet/wire/webim_codec.hpp). Blocking.
class Bridge {
 public:
  explicit Bridge(chat::MessageService& messages) : messages_(messages) {}

  /// `answer`: what the page is told at once, or empty: a call of the old page cannot be taken there.
  Result<boost::json::object> send(const Person& from, Uid to, const boost::json::object& message);

 private:
  chat::MessageService& messages_;
};

/// What a page's message is to others: its text, or what it is and where.
std::string plain_text(const boost::json::object& message);

}  // namespace im::logic::webim
