#include "tools/imctl/bench/chat_talks.hpp"

#include <algorithm>

namespace im::imctl {

std::vector<Talk> plan_talks(const TalkPlan& plan) {
  std::vector<Talk> talks;
  for (std::size_t i = 0; i < plan.pairs; ++i) {
    const std::size_t round = 2 * i / plan.users;
    talks.push_back({false, {2 * i % plan.users, (2 * i + 1 + 2 * round) % plan.users}});
  }
  const std::size_t members = std::min(plan.members, plan.users);
  for (std::size_t i = 0; i < plan.groups; ++i) {
    Talk talk{.group = true};
    const std::size_t apart = plan.users / members;
    for (std::size_t k = 0; k < members; ++k) talk.users.push_back((i + k * apart) % plan.users);
    talks.push_back(std::move(talk));
  }
  return talks;
}

}  // namespace im::imctl
