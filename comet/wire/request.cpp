#include "comet/wire/request.hpp"

#include "common/wire/json_text.hpp"

namespace im::comet {

namespace {
constexpr std::int64_t kRetryMs = 1000;
}

RequestFailure failure_of(const Error& error) {
  switch (error.code) {
    case Error::Code::kInvalid:
      return {4400, "the request is not valid", 0};
    case Error::Code::kDenied:
      return {4403, "not allowed", 0};
    case Error::Code::kUnavailable:
    case Error::Code::kOverloaded:
    case Error::Code::kTimeout:  // it may have been done
      return {4503, "not available at the moment", kRetryMs};
    default:
      return {4500, "internal error", 0};
  }
}

std::string coded_failure(const RequestFailure& failure) {
  std::string text = "{\"ok\":false,\"code\":" + std::to_string(failure.code) + ",\"error\":";
  wire::append_json_string(text, failure.error);
  if (failure.retry_ms > 0) text += ",\"retry_ms\":" + std::to_string(failure.retry_ms);
  return text + "}";
}

}  // namespace im::comet
