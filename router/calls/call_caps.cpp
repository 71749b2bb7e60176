#include "router/calls/call_caps.hpp"

#include <algorithm>

namespace im::router {

bool has_page(const CallRecord& call) {
  return std::ranges::any_of(call.parties, [](const Party& one) { return one.device.is_page(); }) ||
         std::ranges::any_of(call.callees, [](const Callee& one) { return !one.page.empty(); });
}

bool can_talk(const CallRecord& call, const CallCommand& accept) {
  const auto both = [&](const std::string& cap) { return std::ranges::find(accept.caps, cap) != accept.caps.end(); };
  if (has_page(call)) return std::ranges::find(call.caps, kPageRoom) != call.caps.end() && both(std::string(kPageRoom));
  return call.caps.empty() || accept.caps.empty() || std::ranges::any_of(call.caps, both);
}

}  // namespace im::router
