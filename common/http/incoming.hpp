#pragma once

#include <optional>
#include <string>

#include "common/base/clock.hpp"
#include "common/http/body_decoder.hpp"
#include "common/http/http_connection.hpp"

namespace im::http {

/// A request whose head is there and whose body is being read.
struct HttpConnection::Incoming {
  RequestHead head;
  const RouteTable::Place* place = nullptr;
  const HttpRoute* route = nullptr;
  std::optional<BodyDecoder> body;
  std::string piece;  ///< of the body, on its way to the sink
  bool keep = false;  ///< the body is wanted in memory
  bool keep_alive = false;
  std::optional<TimePoint> ended;  ///< when its last byte was there

  HttpRequest& request() { return head.request; }
};

}  // namespace im::http
