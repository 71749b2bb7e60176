#include "logic/web/page_nodes.hpp"

#include <algorithm>

#include "logic/goim/nodes_http.hpp"

namespace im::logic {

namespace {

bool is_address(std::string_view line) {
  return (line.starts_with("ws://") || line.starts_with("wss://")) &&
         std::all_of(line.begin(), line.end(), [](char c) { return c > ' ' && c < 0x7f; });
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

}  // namespace im::logic
