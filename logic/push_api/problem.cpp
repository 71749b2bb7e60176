#include "logic/push_api/problem.hpp"

#include <chrono>

namespace im::logic {

Problem unauthenticated(const std::string& detail) {
  return {401, "unauthenticated", "An API key is needed", detail, "", 0};
}

Problem forbidden(const std::string& detail, const std::string& pointer) {
  return {403, "forbidden", "The API key does not allow this", detail, pointer, 0};
}

Problem invalid(const std::string& detail, const std::string& pointer) {
  return {400, "invalid_request", "The request is not valid", detail, pointer, 0};
}

Problem rate_limited(const std::string& detail, int retry_after_s) {
  return {429, "rate_limited", "Too many pushes", detail, "", retry_after_s};
}

int whole_seconds(Duration wait) { return static_cast<int>(std::chrono::ceil<std::chrono::seconds>(wait).count()); }

Problem idempotency_in_progress() {
  return {409,
          "idempotency_in_progress",
          "A call with this Idempotency-Key is running",
          "Repeat the call to get its result.",
          "",
          1};
}

Problem idempotency_unknown() {
  return {409,
          "idempotency_unknown",
          "What became of the call with this Idempotency-Key is not known",
          "Its pushes may or may not have arrived; nothing was pushed now. To push once more, take a new key.",
          "",
          0};
}

Problem idempotency_key_reused() {
  return {422,
          "idempotency_key_reused",
          "This Idempotency-Key belongs to another request",
          "The key was used with another method or body within the last 24 hours; take a new one.",
          "",
          0};
}

Problem no_such_push() {
  return {404,
          "not_found",
          "Nothing is known of this push",
          "It was not pushed with this API key and \"report\": true, or it was more than ten minutes ago.",
          "",
          0};
}

Problem not_accepted(const Error& error, bool several) {
  const bool unknown = several && error.code != Error::Code::kInvalid;
  switch (unknown ? Error::Code::kTimeout : error.code) {
    case Error::Code::kTimeout:
      return {503,
              "outcome_unknown",
              "The push may or may not arrive",
              error.message + "; repeat it with an Idempotency-Key if it must arrive",
              "",
              1};
    case Error::Code::kUnavailable:
    case Error::Code::kOverloaded:
      return {503, "unavailable", "The push was not accepted", error.message, "", 1};
    default:
      return {500, "internal", "The push was not accepted", error.message, "", 0};
  }
}

}  // namespace im::logic
