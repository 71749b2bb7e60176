#pragma once

#include "common/http/http_server.hpp"

namespace im::http {

enum class BrowserFault {
  kNone,
  kHost,    ///< a name that is not ours: DNS rebinding. 421
  kOrigin,  ///< asked by a web page of another site. 403
};
const char* to_string(BrowserFault fault);

/// `authority`: of the request, "" when it has none (no browser leaves it out). A page of this very server is no other
/// site. Pure.
BrowserFault check_browser(const HttpRequest& head, std::string_view authority, const HttpBrowserRules& rules);

/// "[::1]:80" → "::1", "a:80" → "a". Pure.
std::string_view host_of(std::string_view authority);

}  // namespace im::http
