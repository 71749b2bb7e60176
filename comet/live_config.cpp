#include "comet/live_config.hpp"

namespace im::comet {

namespace {

Rate rate(const Config::RateLimit& limit) {
  constexpr double kSeconds = 10;
  return {limit.rate, limit.burst > 0 ? static_cast<double>(limit.burst) : kSeconds * limit.rate};
}

}  // namespace

Rate message_rate(const Config& config) { return rate(config.messages); }

AddressPolicy address_policy(const Config& config) {
  return {static_cast<std::uint32_t>(config.max_per_ip), rate(config.connects), rate(config.auths),
          rate(config.auth_failures), static_cast<std::size_t>(config.limit_entries)};
}

UserPolicy user_policy(const Config& config) {
  return {static_cast<std::uint32_t>(config.max_per_user), rate(config.user_messages),
          static_cast<std::size_t>(config.limit_entries)};
}

void LiveConfig::take_limits() {
  edge_.addresses.set(address_policy(config_));
  edge_.users.set(user_policy(config_));
  for (Worker* worker : workers_) {
    worker->post([messages = message_rate(config_), origins = config_.ws_origins](Worker& one) {
      one.set_limits(messages, origins);
    });
  }
}

void LiveConfig::add_rate(LiveKeys& keys, const std::string& name, Config::RateLimit& limit) {
  keys.add("client." + name + "_rate", limit.rate, [this] { take_limits(); });
  keys.add("client." + name + "_burst", limit.burst, [this] { take_limits(); });
}

void LiveConfig::add_to(LiveKeys& keys) {
  keys.add("client.max_per_ip", config_.max_per_ip, [this] { take_limits(); });
  keys.add("client.max_per_user", config_.max_per_user, [this] { take_limits(); });
  add_rate(keys, "connect", config_.connects);
  add_rate(keys, "auth", config_.auths);
  add_rate(keys, "auth_failure", config_.auth_failures);
  add_rate(keys, "message", config_.messages);
  add_rate(keys, "user_message", config_.user_messages);
  keys.add("ws.origins", config_.ws_origins, [this] { take_limits(); });
  keys.add("logic.addresses", config_.logic_addresses, [this] { control_.use_logics(config_.logic_addresses); });
}

}  // namespace im::comet
