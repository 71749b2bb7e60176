#pragma once

#include <string>
#include <vector>

#include "tools/imctl/chat/chat_account.hpp"

namespace im::imctl {

/// A user of a bench and the tokens of its devices.
struct ChatUser {
  std::string login;
  std::vector<ChatTokens> devices;
};

/// Makes `count` users over several connections at a time; every `twice`-th is logged in on two devices (0: none).
/// Throws Failure.
std::vector<ChatUser> make_chat_users(const std::string& server, std::size_t count, std::size_t twice);

}  // namespace im::imctl
