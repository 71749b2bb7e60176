#include "tools/imctl/bench/push_plans.hpp"

#include <cmath>

#include "tools/imctl/api.hpp"
#include "tools/load/push_order.hpp"

namespace im::imctl {

namespace {

void check(const PushBench& bench, std::size_t pushes) {
  if (bench.connections + bench.idle > kMostConnections) {
    throw UsageError("--connections and --idle: at most " + std::to_string(kMostConnections) + " together, not " +
                     std::to_string(bench.connections + bench.idle));
  }
  if (bench.verb == "rooms" && bench.rooms > bench.connections)
    throw UsageError("--rooms: each needs a member, so not more than --connections");
  if (pushes == 0) throw UsageError("--rate and --seconds: together they make no push");
}

/// One stream an API address, to a user whom nobody has seen.
void add_nobody(const PushBench& bench, load::Plan& plan) {
  const std::string nobody = std::to_string(load::first_uid(bench.run) + 999'999);
  for (std::size_t api = 0; api < bench.apis.size(); ++api)
    plan.streams.push_back({.target = "/goim/push/mids?operation=1000&mids=" + nobody, .api = api});
}

}  // namespace

load::PlanConfig plan_config(const PushBench& bench) {
  load::PlanConfig config;
  config.apis = bench.apis;
  config.tcp_ports = bench.comets;
  config.ws_ports = bench.comets;
  config.ws_share = 0;
  config.connections = bench.verb == "http" ? 0 : bench.connections;
  config.idle = bench.verb == "http" ? 0 : bench.idle;
  config.rooms = bench.verb == "fanout" ? 1 : bench.verb == "rooms" ? bench.rooms : 0;
  config.users = bench.verb == "user" || bench.verb == "e2e" ? bench.connections : 0;
  config.rate = bench.rate;
  config.seconds = bench.seconds;
  config.run = bench.run;
  return config;
}

load::Plan make_push_plan(const PushBench& bench) {
  const auto pushes = static_cast<std::size_t>(std::floor(bench.rate * bench.seconds));
  check(bench, pushes);
  load::Plan plan = load::make_plan(plan_config(bench));
  if (bench.verb == "http") add_nobody(bench, plan);
  const double skew = bench.verb == "rooms" ? bench.skew : 0;
  plan.order = load::random_order(plan.streams.size(), pushes, skew, bench.seed);
  plan.messages_per_stream = load::most_of_one(plan.order, plan.streams.size());
  return plan;
}

}  // namespace im::imctl
