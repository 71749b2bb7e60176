#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "common/base/result.hpp"
#include "logic/identity/authenticator.hpp"

namespace im::logic {

/// The hook knows this client. What is not there is the client's own choice (docs/identity.md "Webhook").
struct HookGrant {
  Uid uid;
  std::optional<std::string> key, room, platform;
  std::optional<std::vector<std::int32_t>> accepts;
  std::int64_t expires_in_s = 0;  ///< 0 = the session does not end by itself
  std::int64_t issued_s = 0;      ///< Unix time at which the client's token was issued; 0 = not said
};
struct HookRefusal {
  std::string reason;  ///< for the log of the hook's owner; the client is not told
};
using HookVerdict = std::variant<HookGrant, HookRefusal>;

/// What the hook is asked: {"token":"..." or "token_base64":"...","cookie","client_ip","transport","dialect"}. The same
/// client in the same situation makes the same text. Pure.
std::string hook_question(const AuthAsk& ask);

/// HTTP 401 and 403 refuse; 200 with a JSON object says who it is or {"refuse":"why"}. Anything else, a wrong type or
/// an unknown member included, is kInvalid: the hook is broken and has decided nothing. Pure.
Result<HookVerdict> read_hook_answer(int status, std::string_view body);

}  // namespace im::logic
