#pragma once

#include <string>

#include <boost/json/object.hpp>

#include "logic/calls/call_pages.hpp"
#include "logic/webim/person.hpp"

namespace im::logic::webim {

/// "ask", "ok" and "gg" of a page to a user with a newer client: a call (docs/webim.md, I74 to I78). Any thread, never
/// blocks.
class PageCalls {
 public:
  explicit PageCalls(CallPages& calls) : calls_(calls) {}

  /// Of the type video, audio or screen.
  static bool is_call(const boost::json::object& message);
  /// `reply`: what the page is told at once, a member `webim` or nothing.
  void take(const Caller& page, Uid to, const boost::json::object& message, const Reply& reply);
  /// Waits until the call knows, on a thread that may block.
  Status left(Uid page);

 private:
  Status tell_left(Uid page);
  void ask(const Caller& page, Uid to, const boost::json::object& message, const Reply& reply);

  CallPages& calls_;
};

}  // namespace im::logic::webim
