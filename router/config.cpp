#include "router/config.hpp"

#include <algorithm>
#include <charconv>
#include <string_view>

namespace im::router {

namespace {

bool has_port(std::string_view address) {
  const auto colon = address.rfind(':');
  if (colon == std::string_view::npos || colon == 0) return false;
  int port = 0;
  const auto* const end = address.data() + address.size();
  const auto [last, error] = std::from_chars(address.data() + colon + 1, end, port);
  return error == std::errc{} && last == end && port >= 1 && port <= 65535;
}

bool plain(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
         std::string_view("-_.:").find(c) != std::string_view::npos;
}

std::string check_redis(const Config& config) {
  for (const auto& address : config.redis_addresses)
    if (!has_port(address)) return "redis.addresses: \"" + address + "\" is not host:port, for example 10.0.0.5:6379";
  if (config.redis_addresses.empty() && !config.redis_sentinel_master.empty())
    return "redis.sentinel_master: name the Sentinels in redis.addresses";
  if (!config.redis_username.empty() && config.redis_password_file.empty())
    return "redis.username: it needs redis.password_file";
  if (config.redis_prefix.empty() || !std::ranges::all_of(config.redis_prefix, plain))
    return "redis.prefix: letters, digits and -_.: only, and at least one";
  if (config.redis_timeout.count() < 10 || config.redis_timeout.count() > 10000)
    return "redis.timeout: must be 10ms to 10s";
  return "";
}

void describe_redis(config::Options& options, Config& config) {
  options.section("redis", "What several routers share: leases, the slot table, and sessions written behind.");
  options.add("addresses", config.redis_addresses,
              "Redis servers, or Sentinels with sentinel_master, \"host:port\"; tried in turn until one is the master. "
              "Empty: this is the only router, and it keeps all in memory.");
  options.add("sentinel_master", config.redis_sentinel_master,
              "Name of the master that the Sentinels watch; empty: addresses are Redis servers.");
  options.add("username", config.redis_username, "User of the ACL; empty takes the default user.");
  options.add("password_file", config.redis_password_file,
              "File whose first line is the password; read at each connection. Empty: none.");
  options.add("database", config.redis_database, "Number of the database.");
  options.add("prefix", config.redis_prefix, "What the keys begin with: one for each cluster that uses this Redis.");
  options.add("timeout", config.redis_timeout,
              "How long an answer may take, 10ms to 10s; then the connection is closed and opened again.");
  options.check([&config] { return check_redis(config); });
}

}  // namespace

void describe(config::Options& options, Config& config) {
  options.section("grpc", "Where logic and job reach this router.");
  options.add("bind", config.grpc_bind, "Address the gRPC server binds to.");
  options.add("port", config.grpc_port, "Port of the gRPC server.");
  options.add("advertise", config.advertise_grpc,
              "host:port at which others reach this node; empty takes bind:port. Set it when bind is 0.0.0.0.");
  options.section("registry", "The node registry.");
  options.add("lease", config.lease,
              "How long a node that does not renew counts as alive, 1s to 60s; nodes renew every third of it.");
  options.add(
      "router_lease", config.router_lease,
      "How long the slots of a router that does not answer stay with it, 1s to 60s; it renews every fifth of it.");
  options.section("kv", "Small shared state in memory: idempotency keys.");
  options.add("max_bytes", config.kv_max_bytes,
              "Most memory for it; above it new keys are refused until old ones end.");
  describe(options, config.calls);
  describe_redis(options, config);
  options.check([&config]() -> std::string {
    if (config.lease.count() < 1000 || config.lease.count() > 60000) return "registry.lease: must be 1s to 60s";
    if (config.router_lease.count() < 1000 || config.router_lease.count() > 60000)
      return "registry.router_lease: must be 1s to 60s";
    return "";
  });
}

}  // namespace im::router
