#include "common/base/result.hpp"

namespace im {

const char* to_string(Error::Code code) {
  switch (code) {
    case Error::Code::kInvalid:
      return "invalid";
    case Error::Code::kDenied:
      return "denied";
    case Error::Code::kNotFound:
      return "not_found";
    case Error::Code::kConflict:
      return "conflict";
    case Error::Code::kNotOwner:
      return "not_owner";
    case Error::Code::kUnavailable:
      return "unavailable";
    case Error::Code::kTimeout:
      return "timeout";
    case Error::Code::kOverloaded:
      return "overloaded";
    case Error::Code::kInternal:
      return "internal";
  }
  return "internal";
}

}  // namespace im
