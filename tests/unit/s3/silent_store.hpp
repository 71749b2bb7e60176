#pragma once

#include <atomic>
#include <chrono>
#include <string>

#include "tests/unit/s3/local_store.hpp"

namespace im::test {

/// Until it is true, so often at most; how often it was not. A call may end before it is sent where a machine is slow,
/// so that three calls are not always three timeouts.
template <class Fn>
int tries_until(Fn fn) {
  int tries = 0;
  while (tries < 100 && !fn()) ++tries;
  return tries;
}

/// Takes connections and says nothing, until it is told to.
class SilentStore {
 public:
  ~SilentStore() { speak(); }
  s3::S3Config config(std::chrono::milliseconds probe) const {
    s3::S3Config config = store_.config();
    config.deadline = std::chrono::milliseconds(30);
    config.probe = probe;
    return config;
  }
  void speak() {
    if (!speaks_.test_and_set()) speaks_.notify_all();
  }

 private:
  std::atomic_flag speaks_;
  LocalStore store_{[this](const std::string&) {
    speaks_.wait(false);
    return std::string();
  }};
};

}  // namespace im::test
