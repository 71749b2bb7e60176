#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "common/base/ids.hpp"

namespace im::comet::poll {

/// Names a session: which connection of this comet, and what nobody else knows of it. As text: 32 hex digits.
struct SessionId {
  ConnId conn;
  std::uint64_t secret = 0;
};
std::string to_text(const SessionId& id);
/// A conn of 0 when it is none.
SessionId session_id(std::string_view text);

enum class Call : std::uint8_t { kConnect, kPub, kSub, kUnknown };

/// What a page asks. The form's `type` counts, without one the path.
struct Request {
  Call call = Call::kUnknown;
  SessionId session;
  std::string message;  ///< kPub
  std::string origin;   ///< of the page that asks; empty: no page of another site
  bool keep_alive = true;
};
/// A head that has been checked (common/http/request_guard.hpp). Pure.
Request read(std::string_view head, std::string_view body);

}  // namespace im::comet::poll
