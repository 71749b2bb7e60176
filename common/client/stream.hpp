#pragma once

#include <chrono>
#include <memory>
#include <stdexcept>
#include <string>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>

#include "common/client/address.hpp"
#include "common/client/frames.hpp"

namespace im::client {

/// The other side has closed the connection.
struct Closed : std::runtime_error {
  Closed(const std::string& text, int close_code) : std::runtime_error(text), code(close_code) {}
  int code;  ///< of the WebSocket Close; 0 = it said none
};

/// One connection to a comet. Everything throws std::runtime_error with a text for people; close() makes what is under
/// way end so.
class Stream {
 public:
  virtual ~Stream() = default;
  virtual boost::asio::awaitable<void> open(Address address) = 0;
  virtual boost::asio::awaitable<std::string> read() = 0;  ///< TCP: some bytes; WebSocket: one message
  virtual boost::asio::awaitable<void> write(std::string bytes) = 0;
  /// For all that is under way and comes; 0 = none. Not while an operation runs.
  virtual void deadline(std::chrono::milliseconds from_now) = 0;
  virtual void close() = 0;
};

std::unique_ptr<Stream> make_stream(boost::asio::io_context& context, Transport transport);

}  // namespace im::client
