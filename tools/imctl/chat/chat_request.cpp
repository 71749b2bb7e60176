#include "tools/imctl/chat/chat_request.hpp"

#include <random>

namespace im::imctl {

std::string new_key() {
  std::random_device random;
  constexpr std::string_view kHex = "0123456789abcdef";
  std::string key;
  for (int i = 0; i < 32; ++i) key += kHex[random() % 16];
  return key;
}

bool repeatable(std::string_view cmd, const boost::json::object& body) {
  for (const std::string_view safe : {"sync", "sync.all", "history", "search", "read", "readers", "conv.open",
                                      "msg.edit", "msg.recall", "msg.react", "msg.pin"})
    if (cmd == safe) return true;
  return body.contains("client_msg_id");
}

}  // namespace im::imctl
