#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <utility>
#include <variant>

#include <boost/json/object.hpp>

#include "logic/requests/failure.hpp"

namespace im::logic {

/// What a taken `hello` makes of the session.
struct HelloGrant {
  std::string device;
  std::uint32_t max_body = 0;  ///< bytes of a packet from this client
};

/// The answer to a request: the members of {"ok":true,...}, or why not.
struct Answer {
  Answer(boost::json::object fields) : result(std::move(fields)) {}  // NOLINT(google-explicit-constructor)
  Answer(Failure failure) : result(std::move(failure)) {}            // NOLINT(google-explicit-constructor)
  Answer(const Error& error) : result(failure_of(error)) {}          // NOLINT(google-explicit-constructor)
  bool ok() const { return std::holds_alternative<boost::json::object>(result); }

  std::variant<boost::json::object, Failure> result;
  std::optional<HelloGrant> hello;
};

/// Once, from any thread. Dropped without an answer: 4500, never silence.
using Reply = std::function<void(Answer)>;

/// {"ok":true,...} or {"ok":false,"code":4403,"error":"...","retry_ms":1000}.
std::string to_json(const Answer& answer);

}  // namespace im::logic
