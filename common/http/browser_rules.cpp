#include "common/http/browser_rules.hpp"

#include <algorithm>

#include "common/base/ip_address.hpp"
#include "common/http/text.hpp"

namespace im::http {

namespace {

bool known_host(std::string_view authority, const HttpBrowserRules& rules) {
  if (authority.empty()) return true;
  std::string_view host = host_of(authority);
  if (host.ends_with('.')) host.remove_suffix(1);
  if (equals_any_case(host, "localhost") || parse_ip(std::string(host))) return true;
  return std::any_of(rules.hosts.begin(), rules.hosts.end(),
                     [host](const std::string& name) { return equals_any_case(name, host); });
}

bool listed(std::string_view origin, const HttpBrowserRules& rules) {
  return std::find(rules.origins.begin(), rules.origins.end(), origin) != rules.origins.end();
}

bool own_origin(std::string_view origin, std::string_view authority) {
  for (const std::string_view scheme : {"http://", "https://"}) {
    if (origin.starts_with(scheme) && !authority.empty())
      return equals_any_case(origin.substr(scheme.size()), authority);
  }
  return false;
}

}  // namespace

const char* to_string(BrowserFault fault) {
  switch (fault) {
    case BrowserFault::kNone:
      return "none";
    case BrowserFault::kHost:
      return "this Host is not a name of this server (DNS rebinding); use an address or list the name";
    case BrowserFault::kOrigin:
      return "web pages of other sites may not ask here; list the origin to allow it";
  }
  return "unknown";
}

std::string_view host_of(std::string_view authority) {
  if (authority.starts_with('[')) {
    const std::size_t end = authority.find(']');
    return end == std::string_view::npos ? authority : authority.substr(1, end - 1);
  }
  return authority.substr(0, authority.find(':'));
}

BrowserFault check_browser(const HttpRequest& head, std::string_view authority, const HttpBrowserRules& rules) {
  if (!rules.closed) return BrowserFault::kNone;
  if (!known_host(authority, rules)) return BrowserFault::kHost;
  bool stated = false;
  for (const auto& [name, value] : head.headers) {
    if (name != "origin") continue;
    stated = true;
    if (!listed(value, rules) && !own_origin(value, authority)) return BrowserFault::kOrigin;
  }
  // Without Origin the page only follows a link or loads an image; that is enough to make a browser act.
  const std::string_view site = head.header("sec-fetch-site");
  const bool foreign = equals_any_case(site, "cross-site") || equals_any_case(site, "same-site");
  return foreign && !stated ? BrowserFault::kOrigin : BrowserFault::kNone;
}

}  // namespace im::http
