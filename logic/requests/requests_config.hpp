#pragma once

#include <string>
#include <vector>

#include "common/config/options.hpp"

namespace im::logic {

struct RequestsConfig {
  int rate = 20;
  int burst = 60;
  std::vector<std::string> command_rates{
      "hello=2/20",          "call.invite=0.34/20", "call.add=0.34/20",      "call.join=1/20",
      "room.join=5/20",      "room.leave=5/20",     "room.members=2/10",     "typing=1/5",
      "group.create=0.1/10", "contact.add=0.2/20",  "contact.search=0.5/20", "presence.set=0.5/10",
      "presence.sub=1/20"};
  int max_open = 10000;
  std::vector<std::string> origins;  ///< pages of other sites that may call POST /v1/COMMAND
};
/// Section "requests".
void describe(config::Options& options, RequestsConfig& config);

}  // namespace im::logic
