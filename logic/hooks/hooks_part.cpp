#include "logic/hooks/hooks_part.hpp"

#include "common/daemon/metrics.hpp"

namespace im::logic {

namespace {

constexpr std::chrono::minutes kSweep{5};
constexpr std::size_t kQuestions = 64;  ///< as many as chat commands run at once

std::unique_ptr<HttpHookPoster> poster_for(const std::string& url, std::size_t connections,
                                           std::chrono::milliseconds deadline, const HooksConfig& config,
                                           const HookSecret& secret) {
  client::HttpPoolConfig pool{.url = client::parse_url(url).value()};  // was checked
  pool.connections = connections;
  pool.deadline = deadline;
  pool.ca_file = config.ca_file;
  return std::make_unique<HttpHookPoster>(std::move(pool), secret);
}

}  // namespace

HooksPart::HooksPart(const HooksConfig& config, Uses uses)
    : secret_(config.secret_file, "hooks.secret_file"),
      pool_({.threads = 1, .max_waiting = 4}),
      queue_(uses.store),
      offline_(uses.store, uses.routers.sessions(), config.body),
      users_(uses.store, uses.routers.sessions(), config.disconnect_delay) {
  secret_.look();
  if (!config.url.empty()) {
    poster_ = poster_for(config.url, static_cast<std::size_t>(config.connections), config.deadline, config, secret_);
    HookCourier::Options options;
    options.tries = config.tries;
    options.lease_ms = std::max(options.lease_ms, 4 * config.deadline.count());
    courier_ = std::make_unique<HookCourier>(queue_, *poster_, options);
    uses.events.add(users_);
  }
  if (!config.moderation_url.empty()) {
    questions_ = poster_for(config.moderation_url, kQuestions, config.moderation_deadline, config, secret_);
    moderator_ =
        std::make_unique<Moderator>(*questions_, Moderator::Options{.refuse = config.moderation_default == "refuse"});
  }
}

void HooksPart::start() {
  if (courier_) courier_->start();
}

void HooksPart::tick(TimePoint now) {
  secret_.look();
  if (!courier_) return;
  users_.tick(now);
  if (now - swept_ < kSweep) return;
  swept_ = now;
  (void)pool_.post([this, now] { users_.sweep(now); });
}

void HooksPart::stop() {
  pool_.stop();
  if (courier_) courier_->stop();
  if (poster_) poster_->stop();
  if (questions_) questions_->stop();
}

void HooksPart::add_metrics(MetricsPage& page) const {
  if (courier_) {
    const HookCourier::Stats& stats = courier_->stats();
    const char* name = "im_logic_hook_calls_total";
    const char* help = "Calls to hooks.url, by outcome.";
    page.counter(name, help, static_cast<double>(stats.heard), {{"outcome", "heard"}});
    page.counter(name, help, static_cast<double>(stats.failed), {{"outcome", "failed"}});
    page.counter(name, help, static_cast<double>(stats.given_up), {{"outcome", "given_up"}});
    page.gauge("im_logic_hook_waiting", "Calls to hooks.url in the store that wait.",
               static_cast<double>(stats.waiting));
    page.gauge("im_logic_hook_dead", "Calls to hooks.url in the store that were given up.",
               static_cast<double>(stats.dead));
  }
  if (!moderator_) return;
  const Moderator::Stats& stats = moderator_->stats();
  for (const auto& [outcome, value] :
       {std::pair<const char*, const std::atomic<std::uint64_t>*>{"allowed", &stats.allowed},
        {"rewritten", &stats.rewritten},
        {"refused", &stats.refused},
        {"failed", &stats.failed},
        {"rested", &stats.rested}})
    page.counter("im_logic_moderated_total", "Texts that hooks.moderation_url was asked about, by outcome.",
                 static_cast<double>(value->load()), {{"outcome", outcome}});
}

}  // namespace im::logic
