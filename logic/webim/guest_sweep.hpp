#pragma once

#include <cstdint>
#include <vector>

#include "logic/routers/session_directory.hpp"
#include "logic/store/store.hpp"

namespace im::logic::webim {

/// Deletes guests that left nothing behind, some time after they came. Who is connected is kept, wherever they are: a
/// page of the room demo may be in no room. Blocking, one at a time.
class GuestSweep {
 public:
  GuestSweep(store::Store& store, SessionDirectory& directory, std::int64_t keep_ms)
      : store_(store), directory_(directory), keep_ms_(keep_ms) {}

  /// Some of them, of the users after this one; from where to go on, nobody when that was the last one.
  Result<Uid> run(Uid after);

 private:
  /// Those of whom every router knows that they are nowhere.
  std::vector<Uid> nowhere(const std::vector<Uid>& guests);
  Status drop(const std::vector<Uid>& guests);

  store::Store& store_;
  SessionDirectory& directory_;
  const std::int64_t keep_ms_;
};

}  // namespace im::logic::webim
