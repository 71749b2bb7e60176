#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "common/http/http_message.hpp"

namespace im::http {

/// What a head says, in the terms of the connection.
struct RequestHead {
  HttpRequest request;     ///< without body, peer and captures
  std::string authority;   ///< of the absolute target, else of Host (RFC 9112 §3.2.2)
  bool target_ok = false;  ///< false: a bad escape
  bool http10 = false;
  bool keep_alive = false;
  bool expects_continue = false;
  bool chunked = false;
  std::uint64_t length = 0;  ///< of a body that is not chunked

  bool has_body() const { return chunked || length > 0; }
  std::optional<std::uint64_t> stated_length() const {
    return chunked ? std::nullopt : std::optional<std::uint64_t>(length);
  }
};

/// `head` has passed check_head(). An offer to upgrade is ignored (RFC 9110 §7.8). Pure.
RequestHead read_head(std::string_view head);

/// Path and method of a request line that may not be whole yet, for its limit.
std::pair<std::string, std::string> begun_request(std::string_view begun);

}  // namespace im::http
