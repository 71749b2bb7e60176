#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "logic/store/store.hpp"

namespace im::logic {

struct HookCall {
  std::string id;  ///< the service sees it too: a call may come twice, an event has one id
  std::string event;
  std::string body;
  int tries = 0;  ///< this one included
};

/// What the operator's service has to hear, in the store: kept until it was heard or given up, each id once, tried by
/// one logic at a time. Blocking but where it says so; any thread but an I/O thread.
class HookQueue {
 public:
  /// What comes of a try.
  enum class Verdict { kHeard, kAgain, kGivenUp };
  struct Figures {
    std::int64_t waiting = 0, given_up = 0;
  };
  explicit HookQueue(store::Store& store) : store_(store) {}

  /// In somebody's transaction. An id that is there already stays as it is.
  static Status put(store::Write& into, const HookCall& call);
  /// Up to `limit` that are due; nobody else gets them for `lease_ms`.
  Result<std::vector<HookCall>> take(int limit, std::int64_t lease_ms);
  /// Does not wait. kAgain: after `later_ms`.
  void settle(const HookCall& call, Verdict verdict, std::int64_t later_ms);
  Result<Figures> figures();
  /// Those that were heard long ago.
  Status forget_old();

 private:
  store::Store& store_;
};

}  // namespace im::logic
