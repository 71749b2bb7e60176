#pragma once

#include <string>

#include "common/http/http_message.hpp"

namespace im::http {

struct Framing {
  bool close = false;      ///< the connection ends after it
  bool head_only = false;  ///< HEAD
  bool http10 = false;     ///< the request was: keep-alive is said, chunks are not known
};

/// The bytes of an answer; of one with a source the head alone. Pure.
std::string serialize(const HttpResponse& response, const HttpFields& extra, const Framing& framing);
/// Neither body nor Content-Length (RFC 9110 §8.6).
bool never_has_body(int status);
/// "Not Found"
std::string_view phrase_of(int status);

}  // namespace im::http
