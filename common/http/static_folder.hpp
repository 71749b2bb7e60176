#pragma once

#include <string>

#include "common/http/http_message.hpp"

namespace im {

/// A folder of pages. Names with a hash of their content ("index-3f9ac21b.js") are kept for a year by whoever got them,
/// others are asked for again with their ETag. "x.br" and "x.gz" beside "x" are served to who takes them.
struct StaticFolder {
  std::string root;
  std::string index = "index.html";  ///< for "" and names that end in '/'
  HttpFields headers;                ///< of every answer: Content-Security-Policy, …
};

/// For a route that ends in {path...}. What is not there, or not below `root`, or begins with a dot: 404. Opens small
/// local files on the server's thread.
HttpHandler static_folder(StaticFolder folder);

namespace http {

/// A relative name without "..", hidden parts, empty parts, backslashes or control characters. Pure.
bool is_safe_name(std::string_view name);
/// The name carries a hash: a '-' or '.', then 8 or more letters and digits with at least one digit, then ".ext". Pure.
bool is_hashed_name(std::string_view name);
/// "text/html; charset=utf-8" by the ending; application/octet-stream else. Pure.
std::string media_type_of(std::string_view name);

}  // namespace http
}  // namespace im
