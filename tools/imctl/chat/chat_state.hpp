#pragma once

#include <cstddef>
#include <list>
#include <string>

#include <boost/json/object.hpp>

#include "common/base/result.hpp"

namespace im::imctl {

/// A message that the server has not acknowledged yet: sent again with the same key until it has.
struct Unsent {
  boost::json::object to;  ///< "conv_id" or "to", perhaps "reply_to"
  std::string key;
  std::string text;
};

/// What `imctl chat --state FILE` keeps over its runs, so that a message that was typed is sent once, whatever died.
struct ChatState {
  std::string login, device, refresh;
  std::string epoch;
  boost::json::object marks;
  std::list<Unsent> unsent;
};

/// An empty state when there is no file. kInvalid: it holds something else.
Result<ChatState> load_chat_state(const std::string& file);
/// Tried before anything is sent: kUnavailable names the file that cannot be written.
Status can_save_chat_state(const std::string& file);
/// Replaces the file as a whole; it is its owner's only (it holds the refresh token).
Status save_chat_state(const std::string& file, const ChatState& state);
/// "; messages not sent: 2, kept in FILE": what becomes of what was not sent; "" when there is nothing. `file`
/// empty: it is lost with this run, as are `lines` that waited for their conversation. Pure.
std::string left_in(const ChatState& state, const std::string& file, std::size_t lines);

}  // namespace im::imctl
