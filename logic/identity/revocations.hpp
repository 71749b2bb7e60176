#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <string>

#include "logic/identity/authenticator.hpp"
#include "logic/routers/shared_table.hpp"

namespace im::logic {

/// A user, or the key of a session.
struct Who {
  Uid uid;          ///< above 0, or:
  std::string key;  ///< as the router knows it: "42/phone"
};

/// Tokens that are no longer taken though they have not ended: kept by the routers, honoured by every logic. Any
/// thread.
class Revocations {
 public:
  static constexpr std::chrono::seconds kLongest{24 * 3600};

  /// `leeway_s`: how far the clock of who issues tokens may be ahead of ours. `now_s`: Unix time.
  Revocations(SharedTable& table, std::int64_t leeway_s, std::function<std::int64_t()> now_s)
      : table_(table), leeway_s_(leeway_s), now_s_(std::move(now_s)) {}

  /// For `time` (at most kLongest) only tokens that were issued after now are taken. The last call counts.
  void revoke(const Who& who, std::chrono::seconds time, std::function<void(Status)> done);
  void pardon(const Who& who, std::function<void(Status)> done);
  /// kDenied: its user or its key is revoked. Two reads of the routers at the same time.
  void check(const Identity& identity, std::function<void(Status)> done);

 private:
  SharedTable& table_;
  const std::int64_t leeway_s_;
  const std::function<std::int64_t()> now_s_;
};

}  // namespace im::logic
