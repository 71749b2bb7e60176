#include "logic/requests/failure.hpp"

namespace im::logic {

namespace {

constexpr std::chrono::milliseconds kRetry{1000};

}  // namespace

Failure failure_of(const Error& error) {
  switch (error.code) {
    case Error::Code::kInvalid:
      return {Code::kBadValue, error.message, {}, {}};
    case Error::Code::kDenied:
      return {Code::kForbidden, error.message, {}, {}};
    case Error::Code::kNotFound:
      return {Code::kNotFound, error.message, {}, {}};
    case Error::Code::kConflict:
      return {Code::kConflict, error.message, {}, {}};
    case Error::Code::kOverloaded:
      return {Code::kSlowDown, "too much at once", kRetry, {}};
    case Error::Code::kNotOwner:
    case Error::Code::kUnavailable:
    case Error::Code::kTimeout:
      return {Code::kLater, "try again later", kRetry, {}};
    case Error::Code::kInternal:
      break;
  }
  return {Code::kInternal, "internal error", {}, error.message};
}

int http_status(Code code) {
  // 405 would say that another method helps.
  return code == Code::kUnknownCommand ? 404 : static_cast<int>(code) - 4000;
}

}  // namespace im::logic
