#pragma once

#include <string>

#include "common/base/clock.hpp"
#include "common/base/result.hpp"

namespace im::logic {

/// Why a call of /v1 was refused: HTTP status, stable code and text (RFC 9457). The table of codes is in
/// docs/push-api.md.
struct Problem {
  int status = 500;
  std::string code;       ///< stable: "rate_limited"
  std::string title;      ///< the same for every problem of the code
  std::string detail;     ///< what happened here and what to do
  std::string pointer;    ///< JSON pointer (RFC 6901) to the member that is wrong; "" = none
  int retry_after_s = 0;  ///< 0 = not told
};

Problem unauthenticated(const std::string& detail);
Problem forbidden(const std::string& detail, const std::string& pointer);
Problem invalid(const std::string& detail, const std::string& pointer = "");
Problem rate_limited(const std::string& detail, int retry_after_s);
/// For Retry-After: rounded up.
int whole_seconds(Duration wait);
Problem idempotency_in_progress();
Problem idempotency_unknown();
Problem idempotency_key_reused();
Problem no_such_push();
/// Of a push that was tried: Kafka or the router failed. `several`: it had several targets, and some may have it.
Problem not_accepted(const Error& error, bool several = false);

}  // namespace im::logic
