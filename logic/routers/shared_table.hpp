#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "common/base/result.hpp"

namespace im::logic {

/// Small shared state with an end, kept by the routers (proto/im/kv.proto). Callbacks run once, on any thread.
class SharedTable {
 public:
  virtual ~SharedTable() = default;
  /// What was there already, or nothing when `value` is there now.
  virtual void put_if_absent(std::string key, std::string value, std::chrono::milliseconds ttl,
                             std::function<void(Result<std::optional<std::string>>)> done) = 0;
  virtual void put(std::string key, std::string value, std::chrono::milliseconds ttl,
                   std::function<void(Status)> done) = 0;
  /// What is there, if anything.
  virtual void get(std::string key, std::function<void(Result<std::optional<std::string>>)> done) = 0;
  virtual void remove(std::string key, std::function<void(Status)> done) = 0;
};

}  // namespace im::logic
