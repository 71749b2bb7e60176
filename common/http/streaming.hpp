#pragma once

#include <optional>
#include <string>

#include "common/http/http_connection.hpp"

namespace im::http {

/// An answer whose body is asked of its source, one piece at a time. The connection's strand.
class HttpConnection::Streaming : public std::enable_shared_from_this<HttpConnection::Streaming> {
 public:
  Streaming(std::shared_ptr<HttpSource> source, bool http10)
      : source_(std::move(source)), left_(source_->size()), chunked_(!left_ && !http10) {}

  /// Asks for the next piece; gives the bytes to write, nothing when the answer has failed. over(): those were the
  /// last.
  using Next = std::function<void(std::optional<std::string>)>;
  void next(const boost::asio::any_io_executor& executor, Next next);
  bool over() const { return over_; }

 private:
  std::optional<std::string> framed(Result<std::string> piece);

  std::shared_ptr<HttpSource> source_;
  std::optional<std::uint64_t> left_;
  const bool chunked_;
  bool over_ = false;
};

}  // namespace im::http
