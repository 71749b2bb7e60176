#pragma once

#include <chrono>
#include <cstddef>
#include <functional>
#include <string>
#include <utility>

#include "common/client/http_client.hpp"

namespace im::client {

struct HttpPoolConfig {
  Url url;
  std::size_t connections = 32;              ///< calls under way at the same time
  std::size_t waiting = 1000;                ///< calls that may wait for one of them
  std::chrono::milliseconds deadline{1500};  ///< of one call: waiting, looking up the name, connecting, answer
  std::size_t max_answer = 64 * 1024;        ///< bytes of an answer's body
  std::string proxy, ca_file;                ///< as in HttpClientConfig
};

/// POSTs JSON to one URL: rules and threads as HttpClient. Any thread.
class HttpPool {
 public:
  using Done = HttpClient::Done;
  using Headers = HttpHeaders;

  explicit HttpPool(HttpPoolConfig config)
      : url_(std::move(config.url)),
        deadline_(config.deadline),
        client_({config.connections, config.waiting, config.max_answer, std::move(config.proxy),
                 std::move(config.ca_file)}) {}

  void post(std::string body, const Headers& headers, Done done) {
    HttpCall call{"POST",
                  url_,
                  {{"Content-Type", "application/json"}, {"Accept", "application/json"}},
                  std::move(body),
                  deadline_};
    call.headers.insert(call.headers.end(), headers.begin(), headers.end());
    client_.send(std::move(call), std::move(done));
  }
  /// Calls that have no answer yet.
  std::size_t open() const { return client_.open(); }
  /// Ends the thread; calls under way get kUnavailable.
  void stop() { client_.stop(); }

 private:
  const Url url_;
  const std::chrono::milliseconds deadline_;
  HttpClient client_;
};

}  // namespace im::client
