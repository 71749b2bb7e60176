#pragma once

#include <cstdint>
#include <string_view>

#include "comet/connection/close_reason.hpp"

namespace im::comet {

/// Takes HTTP requests that are no upgrade, on listeners whose dialect polls, and has the connections without a socket
/// that they speak for. One worker.
class HttpDoor {
 public:
  virtual ~HttpDoor() = default;
  /// `head` with its empty line. Until it is answered nothing more is read from the connection.
  virtual void on_request(std::uint32_t place, std::string_view head, std::string_view body) = 0;
  /// True: the deadline was that of a request, which is answered now.
  virtual bool on_deadline(std::uint32_t place) = 0;
  /// One of its connections has an answer: it may be given its next message.
  virtual void go_on(std::uint32_t place) = 0;
  /// Of any connection.
  virtual void on_closing(std::uint32_t place, CloseReason reason) = 0;
};

}  // namespace im::comet
