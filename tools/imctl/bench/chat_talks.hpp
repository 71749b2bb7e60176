#pragma once

#include <cstddef>
#include <vector>

namespace im::imctl {

/// Who talks with whom in a bench: users by their index, each once, the one who opens the conversation first.
struct Talk {
  bool group = false;
  std::vector<std::size_t> users;
};

struct TalkPlan {
  std::size_t users = 2, pairs = 50;
  std::size_t groups = 0, members = 8;  ///< members of each group, at most `users`
};

/// The pairs, then the groups. Each pair has its own two users as long as there are enough; later ones meet users that
/// have one already. Groups are spread over all users and overlap.
std::vector<Talk> plan_talks(const TalkPlan& plan);

}  // namespace im::imctl
