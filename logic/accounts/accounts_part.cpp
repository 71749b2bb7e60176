#include "logic/accounts/accounts_part.hpp"

#include <chrono>

#include "common/base/clock.hpp"
#include "common/daemon/metrics.hpp"

namespace im::logic {

namespace {

constexpr std::chrono::seconds kSecondKick{3};  ///< a login takes no longer

PasswordCost cost_of(const AccountsConfig& config) {
  return {static_cast<std::uint32_t>(config.password_memory.value / 1024),
          static_cast<std::uint32_t>(config.password_passes), static_cast<std::uint32_t>(config.password_lanes)};
}

AccountRules rules_of(const AccountsConfig& config) {
  AccountRules rules;
  rules.registration = config.registration;
  rules.guests = config.guests;
  rules.access_s = std::chrono::duration_cast<std::chrono::seconds>(config.access_lifetime).count();
  rules.refresh_ms = config.refresh_lifetime.count();
  rules.grace_ms = config.refresh_grace.count();
  rules.max_devices = static_cast<std::size_t>(config.max_devices);
  return rules;
}

}  // namespace

AccountsPart::AccountsPart(const AccountsConfig& config, StorePart& store, IdentityPart& identity,
                           SessionEnds::Kick kick, AccountRequests::NameGate names)
    : store_(store.store()),
      pool_({.threads = static_cast<std::size_t>(config.password_threads),
             .max_waiting = static_cast<std::size_t>(config.password_waiting)}),
      accounts_(store_, cost_of(config), rules_of(config),
                {[tokens = identity.own_tokens()](Uid uid, const std::string& device, std::int64_t now_s,
                                                  std::int64_t expires_s) {
                   return tokens->sign(uid, device, now_s, expires_s);
                 },
                 unix_ms}),
      ends_(*identity.revocations(), std::move(kick),
            {std::chrono::duration_cast<std::chrono::seconds>(config.access_lifetime), kSecondKick}),
      requests_(accounts_, pool_, ends_, std::move(names)) {}

void AccountsPart::add_metrics(MetricsPage& page) const {
  const BlockingPool::Stats stats = pool_.stats();
  page.counter("im_logic_account_work_total", "Work on accounts (passwords, devices), by outcome.",
               static_cast<double>(stats.done), {{"outcome", "done"}});
  page.counter("im_logic_account_work_total", "Work on accounts (passwords, devices), by outcome.",
               static_cast<double>(stats.refused), {{"outcome", "refused"}});
  page.gauge("im_logic_account_work_waiting", "Work on accounts that waits for a thread.",
             static_cast<double>(stats.waiting));
}

}  // namespace im::logic
