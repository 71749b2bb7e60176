#include "common/http/streaming.hpp"

#include <cstdio>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/post.hpp>

#include "common/base/log.hpp"

namespace im::http {

void HttpConnection::Streaming::next(const boost::asio::any_io_executor& executor, Next next) {
  if (left_ == 0U) {
    over_ = true;
    next("");
    return;
  }
  source_->next([self = shared_from_this(), executor, next = std::move(next)](Result<std::string> piece) {
    // Posted, so that a source that gives at once does not make the stack deeper with every piece.
    boost::asio::post(executor, [self, next, piece = std::move(piece)] { next(self->framed(piece)); });
  });
}

std::optional<std::string> HttpConnection::Streaming::framed(Result<std::string> piece) {
  if (!piece.ok()) {
    log::warn("an http answer was cut off", {{"why", piece.error().message}});
    return std::nullopt;
  }
  std::string bytes = std::move(piece).value();
  if (left_) {
    // More or less than was promised would shift every answer behind it.
    if (bytes.empty() || bytes.size() > *left_) return std::nullopt;
    *left_ -= bytes.size();
    over_ = *left_ == 0;
    return bytes;
  }
  over_ = bytes.empty();
  if (!chunked_) return bytes;
  if (over_) return "0\r\n\r\n";
  char size[24];
  std::snprintf(size, sizeof size, "%zx\r\n", bytes.size());
  return size + bytes + "\r\n";
}

}  // namespace im::http
