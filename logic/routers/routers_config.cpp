#include "logic/routers/routers_config.hpp"

#include "common/config/rules.hpp"

namespace im::logic {

void describe(config::Options& options, RoutersConfig& config) {
  options.section("router", "The routers this logic asks.");
  options.add("addresses", config.addresses, "gRPC addresses of the routers, \"host:port\".");
  options.must(config::addresses(config.addresses));
  options.add("deadline", config.deadline, "Deadline of one call to a router.");
}

}  // namespace im::logic
