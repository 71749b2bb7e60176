#pragma once

#include <string>
#include <utility>

#include <boost/json/object.hpp>
#include <boost/json/value.hpp>

#include "logic/chat/message_service.hpp"
#include "logic/webim/person.hpp"

namespace im::logic::webim {

/// Private words of a page to a user with a newer client: an ordinary message of a conversation of two, kept as such.
/// The other way round the codec writes what comes (comet/wire/webim_codec.hpp), but for media. Blocking.
class Bridge {
 public:
  /// `origin`: of media, before addresses that pages write without one; may be empty.
  Bridge(chat::MessageService& messages, std::string origin) : messages_(messages), origin_(std::move(origin)) {}

  Status send(const Person& from, Uid to, const boost::json::object& message);

 private:
  chat::MessageService& messages_;
  const std::string origin_;
};

/// What a page is told of a private message with media: a picture as one, its caption after it as a text, everything
/// else as a text with a link. `urls`: by variant, as media.get has them. Pure.
boost::json::value media_words(const store::Message& row, const boost::json::object& urls, const std::string& name);
/// What a page's message is to others: its text, or what it is and where.
std::string plain_text(const boost::json::object& message, const std::string& origin);

}  // namespace im::logic::webim
