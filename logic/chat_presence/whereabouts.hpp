#pragma once

#include <unordered_set>
#include <vector>

#include "common/base/ids.hpp"
#include "common/base/result.hpp"
#include "common/base/waited.hpp"
#include "logic/routers/session_directory.hpp"

namespace im::logic {

struct Whereabouts {
  std::unordered_set<Uid> online;
  std::unordered_set<Uid> unknown;  ///< no router can say
};
/// Which of them have a session. Blocks.
Result<Whereabouts> whereabouts_of(SessionDirectory& directory, const std::vector<Uid>& uids);

}  // namespace im::logic
