#include "common/redis/answer.hpp"

#include <algorithm>
#include <array>

namespace im::redis {

namespace {

struct Rule {
  std::string_view word;  // the first of the error text
  Error::Code code;
  Consequence consequence;
  std::string_view advice;
};

using enum Error::Code;
constexpr std::string_view kLogin = "; check redis.username and redis.password_file";
constexpr std::array kRules{
    Rule{"READONLY", kUnavailable, Consequence::kFindMaster, "; looking for the master"},
    Rule{"LOADING", kUnavailable, Consequence::kFindMaster, "; trying again"},
    Rule{"MASTERDOWN", kUnavailable, Consequence::kFindMaster, "; looking for the master"},
    Rule{"NOSCRIPT", kUnavailable, Consequence::kSendWholeScript, ""},
    Rule{"BUSY", kUnavailable, Consequence::kNone, "; a script of somebody else runs too long"},
    Rule{"NOREPLICAS", kUnavailable, Consequence::kNone, "; too few replicas (min-replicas-to-write)"},
    Rule{"MISCONF", kUnavailable, Consequence::kNone, "; Redis cannot save to its disk"},
    Rule{"OOM", kOverloaded, Consequence::kNone, "; give Redis more memory (maxmemory)"},
    Rule{"WRONGPASS", kDenied, Consequence::kNone, kLogin},
    Rule{"NOAUTH", kDenied, Consequence::kNone, kLogin},
    Rule{"NOPERM", kDenied, Consequence::kNone, "; give the user this command and key (docs/operations.md)"},
    Rule{"DENIED", kDenied, Consequence::kNone, "; protected mode: set a password or bind to loopback"},
};

}  // namespace

Refusal refusal_of(std::string_view text, const std::string& address) {
  const auto word = text.substr(0, text.find(' '));
  const auto* const rule = std::ranges::find(kRules, word, &Rule::word);
  if (rule == kRules.end()) return {{kInvalid, at(address, text)}, Consequence::kNone};
  if (text.ends_with('.')) text.remove_suffix(1);
  return {{rule->code, at(address, std::string(text) + std::string(rule->advice))}, rule->consequence};
}

std::string at(const std::string& address, std::string_view what) {
  return "Redis at " + address + ": " + std::string(what);
}

}  // namespace im::redis
