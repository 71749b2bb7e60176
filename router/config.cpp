#include "router/config.hpp"

namespace im::router {

void describe(config::Options& options, Config& config) {
  config::describe(options, config.grpc, "Where logic and job reach this router.");
  describe(options, config.grpc_tls, pki::Role::kRouter, {{"grpc.bind", &config.grpc.bind, &config.grpc.port}});
  options.section("registry", "The node registry.");
  options.add("lease", config.lease,
              "How long a node that does not renew counts as alive, 1s to 60s; nodes renew every third of it.");
  options.add(
      "router_lease", config.router_lease,
      "How long the slots of a router that does not answer stay with it, 1s to 60s; it renews every fifth of it.");
  options.add(
      "first_start", config.first_start,
      "No comet has run before this start: the node list counts as complete at once, not after registry.lease. "
      "For the first start of a cluster, as a flag or in the environment; never in a file, since after a restart "
      "pushes would miss comets that have not registered again.");
  options.section("kv", "Small shared state in memory: idempotency keys, revocations.");
  options.add("max_bytes", config.kv_max_bytes,
              "Most memory for it. A quarter is for revocations, which are refused above it. Above the rest the oldest "
              "idempotency keys of the API key that has most go before their time.");
  describe(options, config.calls);
  describe(options, config.redis);
  options.check([&config]() -> std::string {
    if (config.lease.count() < 1000 || config.lease.count() > 60000) return "registry.lease: must be 1s to 60s";
    if (config.router_lease.count() < 1000 || config.router_lease.count() > 60000)
      return "registry.router_lease: must be 1s to 60s";
    return "";
  });
}

}  // namespace im::router
