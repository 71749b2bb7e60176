#pragma once

#include <chrono>
#include <cstddef>
#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "common/client/http_call.hpp"

namespace im::client {

struct HttpPoolConfig {
  Url url;
  std::size_t connections = 32;              ///< calls under way at the same time
  std::size_t waiting = 1000;                ///< calls that may wait for one of them
  std::chrono::milliseconds deadline{1500};  ///< of one call: waiting, looking up the name, connecting, answer
  std::size_t max_answer = 64 * 1024;        ///< bytes of an answer's body
};

/// POSTs JSON to one URL over connections that are kept. Redirects are not followed. A call may be sent twice: when a
/// kept connection turns out to be closed, it is repeated on a new one. Any thread.
class HttpPool {
 public:
  /// Runs once, on the pool's thread or (kOverloaded) the caller's; must not block. kTimeout, kOverloaded,
  /// kUnavailable; an answer of any status is a success.
  using Done = std::function<void(Result<HttpAnswer>)>;
  using Headers = std::vector<std::pair<std::string, std::string>>;

  explicit HttpPool(HttpPoolConfig config);
  ~HttpPool();
  HttpPool(const HttpPool&) = delete;
  HttpPool& operator=(const HttpPool&) = delete;

  void post(std::string body, const Headers& headers, Done done);
  /// Calls that have no answer yet.
  std::size_t open() const;
  /// Ends the thread; calls under way get kUnavailable.
  void stop();

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace im::client
