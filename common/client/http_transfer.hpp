#pragma once

#include <cstddef>
#include <curl/curl.h>

#include "common/base/clock.hpp"
#include "common/client/http_client.hpp"

namespace im::client {

/// One call of HttpClient, from send() to its answer. The client's thread only, once it is queued.
struct Transfer {
  HttpCall call;
  HttpClient::Done done;
  TimePoint until;
  std::size_t max_answer = 0;
  HttpAnswer answer;
  std::size_t head_bytes = 0;
  std::uint64_t sent = 0;  ///< of a body that is read while it is sent
  CURL* easy = nullptr;
  curl_slist* headers = nullptr;
  char error[CURL_ERROR_SIZE] = {};

  Transfer() = default;
  Transfer(const Transfer&) = delete;
  Transfer& operator=(const Transfer&) = delete;
  ~Transfer();
};

/// Makes the easy handle of a call that begins now.
void prepare(Transfer& transfer, const HttpClientConfig& config);
/// The system's word where there is one ("connection refused"), else curl's.
Error error_of(const Transfer& transfer, CURLcode code);

}  // namespace im::client
