#pragma once

#include <string>
#include <utility>
#include <variant>

#include "logic/requests/failure.hpp"

namespace im::logic::media {

/// A value, or why not as the client hears it: uploads have codes that no Error names (4413).
template <class T>
class Outcome {
 public:
  Outcome(T value) : state_(std::move(value)) {}              // NOLINT(google-explicit-constructor)
  Outcome(Failure failure) : state_(std::move(failure)) {}    // NOLINT(google-explicit-constructor)
  Outcome(const Error& error) : state_(failure_of(error)) {}  // NOLINT(google-explicit-constructor)
  bool ok() const { return std::holds_alternative<T>(state_); }
  const T& value() const { return std::get<T>(state_); }
  T& value() { return std::get<T>(state_); }
  const Failure& failure() const { return std::get<Failure>(state_); }

 private:
  std::variant<T, Failure> state_;
};

inline Failure refused(Code code, std::string why) { return {code, std::move(why), {}, {}, {}}; }

}  // namespace im::logic::media
