#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "common/base/result.hpp"

namespace im::load {

/// How many sessions the cluster lists, by the admin API of a logic ("http://127.0.0.1:3112"), for these users.
struct SessionCount {
  std::uint64_t users = 0;     ///< with at least one session
  std::uint64_t sessions = 0;  ///< all of them
  std::uint64_t extra = 0;     ///< beyond one per user
};
/// An error when a question was not answered, or the router does not know everything yet.
Result<SessionCount> count_sessions(const std::string& admin, const std::vector<std::uint64_t>& uids);

/// Asks again until `good` says yes or `wait_s` have passed; the last answer.
Result<SessionCount> count_sessions_until(const std::string& admin, const std::vector<std::uint64_t>& uids, int wait_s,
                                          bool (*good)(const SessionCount&, std::size_t users));

}  // namespace im::load
