#include "router/slots/store_config.hpp"

#include <algorithm>
#include <string_view>

#include "common/config/rules.hpp"

namespace im::router {

namespace {

bool plain(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
         std::string_view("-_.:").find(c) != std::string_view::npos;
}

std::string check_redis(const StoreConfig& config) {
  if (config.addresses.empty() && !config.sentinel_master.empty())
    return "redis.sentinel_master: name the Sentinels in redis.addresses";
  if (!config.username.empty() && config.password_file.empty()) return "redis.username: it needs redis.password_file";
  if (config.prefix.empty() || !std::ranges::all_of(config.prefix, plain))
    return "redis.prefix: letters, digits and -_.: only, and at least one";
  if (config.timeout.count() < 10 || config.timeout.count() > 10000) return "redis.timeout: must be 10ms to 10s";
  return "";
}

}  // namespace

void describe(config::Options& options, StoreConfig& config) {
  options.section("redis", "What several routers share: leases, the slot table, and sessions written behind.");
  options.add("addresses", config.addresses,
              "Redis servers, or Sentinels with sentinel_master, \"host:port\"; tried in turn until one is the master. "
              "Empty: this is the only router, and it keeps all in memory.");
  options.must(config::addresses(config.addresses, true));
  options.add("sentinel_master", config.sentinel_master,
              "Name of the master that the Sentinels watch; empty: addresses are Redis servers.");
  options.add("username", config.username, "User of the ACL; empty takes the default user.");
  options.add("password_file", config.password_file,
              "File whose first line is the password; read at each connection. Empty: none.");
  options.must(config::secret_or_empty(config.password_file));
  options.add("database", config.database, "Number of the database.");
  options.add("prefix", config.prefix, "What the keys begin with: one for each cluster that uses this Redis.");
  options.add("timeout", config.timeout,
              "How long an answer may take, 10ms to 10s; then the connection is closed and opened again.");
  options.check([&config] { return check_redis(config); });
}

}  // namespace im::router
