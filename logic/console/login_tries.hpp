#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "logic/store/store.hpp"

namespace im::logic {

/// Guesses of passwords, counted in the store: all logics count together. Blocking; any thread but an I/O thread.
class LoginTries {
 public:
  struct Rules {
    int tries = 5;
    std::int64_t window_ms = 900'000;  ///< from the first of them
  };
  LoginTries(store::Store& store, Rules rules) : store_(store), rules_(rules) {}

  /// Counts one before its password is looked at, so that many at a time are no way around. Gives for how long it is
  /// locked; 0: go on.
  Result<std::int64_t> begin(std::string_view login, const std::string& address);
  /// The password was right: those before it are forgotten.
  Status succeeded(std::string_view login, const std::string& address);

 private:
  struct Count {
    std::string who;
    int most;
  };
  std::vector<Count> counts_of(std::string_view login, const std::string& address) const;

  store::Store& store_;
  const Rules rules_;
};

}  // namespace im::logic
