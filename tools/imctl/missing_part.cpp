#include "tools/imctl/missing_part.hpp"

namespace im::imctl {

std::string advice_for(std::int64_t code, std::string_view cmd) {
  constexpr std::int64_t kUnknownCommand = 4405;  // docs/requests.md
  if (code != kUnknownCommand) return "";
  if (cmd.starts_with("account."))
    return "; this logic has no accounts: identity.kind is not \"accounts\", as in ./im demo --open. Start it without "
           "--open, or show a token in place of the login";
  if (cmd.starts_with("media."))
    return "; this logic keeps no media: media.dir or store.dsn is empty, as in ./im demo --open. Start it without "
           "--open, or set them (docs/media.md)";
  return "; it is misspelled, or this logic keeps no chat: store.dsn is empty, as in ./im demo --open. Start it "
         "without "
         "--open, or set it (docs/chat.md)";
}

}  // namespace im::imctl
