#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "common/base/result.hpp"
#include "common/client/address.hpp"

namespace im::client {

using HttpHeaders = std::vector<std::pair<std::string, std::string>>;

/// A body that is read while it is sent, so that it is never whole in memory. Used on the client's thread: reads what
/// is near, a local file.
class BodyReader {
 public:
  virtual ~BodyReader() = default;
  virtual std::uint64_t size() const = 0;
  /// Up to `most` bytes from `at` on; 0: it cannot be read, and the call fails.
  virtual std::size_t read(std::uint64_t at, char* into, std::size_t most) const = 0;
};

/// Signs a call (AWS Signature Version 4).
struct AwsKey {
  std::string id, secret, region, service;
};

struct HttpCall {
  std::string method = "GET";
  Url url;
  HttpHeaders headers{};
  std::string body{};
  std::chrono::milliseconds deadline{10000};   ///< of all of it: waiting, looking up the name, connecting, answer
  std::shared_ptr<const BodyReader> reader{};  ///< in place of `body`
  std::optional<AwsKey> sign{};
};

struct HttpAnswer {
  int status = 0;
  std::string body;
  HttpHeaders headers{};  ///< names in lower case
};

struct HttpClientConfig {
  std::size_t connections = 32;        ///< calls under way at the same time
  std::size_t waiting = 1000;          ///< calls that may wait for one of them
  std::size_t max_answer = 16U << 20;  ///< bytes of an answer's body
  std::string proxy;                   ///< "http://HOST:PORT"; empty = none, whatever the environment says
  std::string ca_file;                 ///< PEM; whom https is believed. Empty = whom the system believes
};

/// HTTP/1.1 calls over connections that are kept, on a thread of its own; http and https. Redirects are not followed,
/// answers that are none yet (RFC 9110 §15.2: 100, 103) are passed over. A call may be sent twice: when a kept
/// connection turns out to be closed before a byte of the answer, it is repeated on a new one. Hides libcurl. Any
/// thread.
class HttpClient {
 public:
  /// Runs once, on the client's thread or (kOverloaded, kInvalid, stopped) the caller's; must not block. kTimeout: it
  /// was sent, or began to be, and has no answer; kOverloaded: never sent, too many wait or no connection was free in
  /// time; kUnavailable; kInvalid: a header with a line break. An answer of any status is a success.
  using Done = std::function<void(Result<HttpAnswer>)>;

  explicit HttpClient(HttpClientConfig config);
  ~HttpClient();
  HttpClient(const HttpClient&) = delete;
  HttpClient& operator=(const HttpClient&) = delete;

  void send(HttpCall call, Done done);
  /// Calls that have no answer yet.
  std::size_t open() const;
  /// Ends the thread; calls under way get kUnavailable.
  void stop();

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace im::client
