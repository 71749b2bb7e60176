#pragma once

#include <cstdint>
#include <functional>
#include <string>

#include <boost/json/object.hpp>

#include "logic/requests/request_router.hpp"

namespace im::logic {

/// What the chat adds to the answer of `hello`; empty functions: there is no chat.
struct HelloChat {
  std::function<std::string()> epoch;  ///< of the store: another one means that a backup was restored
  /// Of "resume": {"recovered":true} or {"recovered":false,"sync":[conv_id,...]}. Must not block.
  std::function<void(const Caller&, const boost::json::object& resume, std::function<void(boost::json::object)>)>
      resume;
  /// Before anything is looked up for the answer: the connection is where it has to be. An error is the answer.
  std::function<void(const Caller&, std::function<void(Status)>)> enter{};
  std::function<void(const Caller&)> said{};  ///< after the answer of a hello that was taken
};

/// `hello` {device, platform, caps, resume}: the first request of a connection. It answers
/// {uid, session, epoch, limits{max_body, rate, burst}, server_time} (docs/requests.md).
void add_hello(RequestRouter& router, boost::json::object limits, HelloChat chat);

}  // namespace im::logic
