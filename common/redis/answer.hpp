#pragma once

// Private to common/redis: what an error text of Redis means, and texts for people. Pure.

#include <string>
#include <string_view>

#include "common/base/result.hpp"

namespace im::redis {

/// What an error answer asks of the client, beside telling the caller.
enum class Consequence {
  kNone,
  kSendWholeScript,  ///< NOSCRIPT
  kFindMaster,       ///< this server cannot take writes now: a replica, or one that loads
};

struct Refusal {
  Error error;
  Consequence consequence = Consequence::kNone;
};

/// `text` as Redis sent it: "READONLY You can't write against a read only replica."
Refusal refusal_of(std::string_view text, const std::string& address);

/// "Redis at 10.0.0.1:6379: WHAT".
std::string at(const std::string& address, std::string_view what);

}  // namespace im::redis
