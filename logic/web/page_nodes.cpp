#include "logic/web/page_nodes.hpp"

#include <algorithm>
#include <set>

#include "logic/goim/nodes_http.hpp"

namespace im::logic {

namespace {

/// More comets on hosts of their own than that would make the header of a page too long.
constexpr std::size_t kMostHosts = 50;

/// "im1.example.com" of "wss://im1.example.com:443/sub", "[fd00::1]" with its brackets; "": there is none.
std::string_view host_of(std::string_view address) {
  const std::size_t scheme = address.find("://");
  if (scheme == std::string_view::npos) return "";
  const std::string_view rest = address.substr(scheme + 3);
  if (rest.starts_with('[')) return rest.substr(0, rest.find(']') + 1);
  return rest.substr(0, rest.find_first_of(":/?#"));
}

bool is_address(std::string_view line) {
  return (line.starts_with("ws://") || line.starts_with("wss://")) && !host_of(line).empty() &&
         std::all_of(line.begin(), line.end(), [](char c) { return c > ' ' && c < 0x7f; });
}

/// A policy has no way to write addresses of IPv6.
bool is_source(std::string_view host) {
  return !host.empty() && std::all_of(host.begin(), host.end(), [](char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '.' || c == '-';
  });
}

}  // namespace

std::vector<std::string> addresses_in(std::string_view text) {
  std::vector<std::string> out;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    std::string_view line = text.substr(0, end);
    if (line.ends_with('\r')) line.remove_suffix(1);
    if (is_address(line)) out.emplace_back(line);
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return out;
}

std::vector<std::string> page_addresses(const std::vector<NodeInfo>& nodes, const NodePolicy& policy) {
  std::vector<std::string> out;
  for (const std::string& address : client_addresses(nodes, "web", policy)) {
    const bool v6 = address.find(':') != std::string::npos;
    const std::string host = v6 ? "[" + address + "]" : address;
    if (policy.wss_port != 0) out.push_back("wss://" + host + ":" + std::to_string(policy.wss_port) + "/sub");
    if (policy.ws_port != 0) out.push_back("ws://" + host + ":" + std::to_string(policy.ws_port) + "/sub");
  }
  return out;
}

std::vector<std::string> page_sources(const std::vector<std::string>& addresses) {
  std::set<std::string> out;
  for (const std::string& address : addresses) {
    const std::string_view host = host_of(address);
    if (!is_source(host)) return {"ws:", "wss:", "http:", "https:"};
    const std::string place = "://" + std::string(host) + ":*";
    const bool tls = address.starts_with("wss:");
    out.insert((tls ? "wss" : "ws") + place);
    out.insert((tls ? "https" : "http") + place);
  }
  if (out.empty() || out.size() > 2 * kMostHosts) return {"ws:", "wss:", "http:", "https:"};
  return {out.begin(), out.end()};
}

}  // namespace im::logic
