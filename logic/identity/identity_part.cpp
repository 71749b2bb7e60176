#include "logic/identity/identity_part.hpp"

#include "common/base/clock.hpp"
#include "common/daemon/metrics.hpp"

namespace im::logic {

IdentityPart::IdentityPart(const IdentityConfig& identity, const ClientConfig& client, RoutersPart& routers,
                           Health& health)
    : health_(health),
      source_(identity),
      revocations_(routers.shared(), identity.jwt.leeway.count() / 1000, [] { return unix_ms() / 1000; }),
      connections_(source_.authenticator(), routers.sessions(),
                   {{client.heartbeat, client.heartbeat_max}, client.max_sessions, !source_.proven()},
                   {client.v1_deadline, client.v1_max_sessions}, revocations()),
      census_(routers.shared(), {[this] { return source_.key_names(); }, [] { return unix_ms() / 1000; }, monotonic_now,
                                 [this](const std::string& name) { miss(name); }}) {}

void IdentityPart::on_key_gone(KeyGone tell) {
  key_gone_ = tell;
  source_.on_key_gone([this, tell = std::move(tell)](const std::string& name) {
    tell(name, [this, name] { return !knows_key(name); });
  });
}

/// Another logic that has it all the same goes on writing it.
void IdentityPart::miss(const std::string& name) {
  if (key_gone_) key_gone_(name, [this, name] { return !knows_key(name) && !census_.is_written(name); });
}

void IdentityPart::tick(TimePoint) {
  look();
  if (source_.has_keys()) census_.tick();
}

void IdentityPart::look() {
  source_.look();
  const std::string problem = source_.problem();
  health_.set("identity", problem.empty(), problem);
}

void IdentityPart::add_metrics(MetricsPage& page) const {
  const auto counter = [&](const char* name, const char* help, std::uint64_t value, const Labels& labels = {}) {
    page.counter(name, help, static_cast<double>(value), labels);
  };
  const ConnectStats& connects = connections_.stats();
  counter("im_logic_connects_total", "Client logins, by outcome.", connects.ok, {{"outcome", "ok"}});
  counter("im_logic_connects_total", "Client logins, by outcome.", connects.refused, {{"outcome", "refused"}});
  counter("im_logic_connects_total", "Client logins, by outcome.", connects.foreign_origin, {{"outcome", "origin"}});
  counter("im_logic_connects_total", "Client logins, by outcome.", connects.failed, {{"outcome", "failed"}});
  counter("im_logic_connects_revoked_total", "Of the refused logins, those with a revoked token.", connects.revoked);
  counter("im_logic_renewals_total", "Repeated auth packets, by outcome.", connects.renewed, {{"outcome", "ok"}});
  counter("im_logic_renewals_total", "Repeated auth packets, by outcome.", connects.not_renewed,
          {{"outcome", "refused"}});
  source_.add_metrics(page);
  counter("im_logic_disconnects_total", "Ended sessions.", connects.disconnects);
}

}  // namespace im::logic
