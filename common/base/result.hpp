#pragma once

#include <string>
#include <utility>
#include <variant>

namespace im {

/// Why an operation across a seam failed. `code` is what callers branch on, `message` is for people.
struct Error {
  enum class Code {
    kInvalid,      ///< the request itself is wrong; do not retry
    kDenied,       ///< identity or permission
    kNotFound,     ///< the thing named does not exist
    kConflict,     ///< somebody else holds it (old epoch, name taken)
    kNotOwner,     ///< another router has the slot: find out which, ask there
    kUnavailable,  ///< a dependency is down; may be retried
    kTimeout,      ///< the deadline passed; the outcome is unknown
    kOverloaded,   ///< a bounded queue is full; may be retried later
    kInternal,     ///< a bug
  };
  Code code = Code::kInternal;
  std::string message;
};

/// Stable name for logs, metrics and JSON: "unavailable".
const char* to_string(Error::Code code);

/// A value or an Error (C++20 has no std::expected).
template <class T>
class Result {
 public:
  Result(T value) : state_(std::move(value)) {}      // NOLINT(google-explicit-constructor)
  Result(Error error) : state_(std::move(error)) {}  // NOLINT(google-explicit-constructor)
  bool ok() const { return std::holds_alternative<T>(state_); }
  explicit operator bool() const { return ok(); }
  const T& value() const& { return std::get<T>(state_); }
  T& value() & { return std::get<T>(state_); }
  T value() && { return std::get<T>(std::move(state_)); }  ///< moved out, so that it outlives a temporary
  const Error& error() const& { return std::get<Error>(state_); }
  Error error() && { return std::get<Error>(std::move(state_)); }

 private:
  std::variant<T, Error> state_;
};

/// Success without a value.
struct Ok {};
using Status = Result<Ok>;

}  // namespace im
