#include "logic/identity/identity_source.hpp"

#include <utility>

#include "common/base/clock.hpp"
#include "common/base/log.hpp"

namespace im::logic {

IdentitySource::IdentitySource(const IdentityConfig& config) : proven_(config.kind != "open") {
  if (config.kind == "open") {
    log::warn("identity is \"open\": every client is who it says it is; for trusted networks and first steps only");
    authenticator_ = make_open_authenticator();
  } else if (config.kind == "webhook") {
    make_webhook(config.webhook);
  } else if (config.kind == "accounts") {
    const JwtRules rules{OwnTokens::kIssuer, "", config.jwt.leeway.count() / 1000};
    auto jwt = std::make_unique<JwtAuthenticator>(rules, [] { return unix_ms() / 1000; });
    own_tokens_ = std::make_unique<OwnTokens>(config.accounts_keys_file, *jwt);
    jwt_ = jwt.get();
    authenticator_ = std::move(jwt);
  } else {
    const JwtRules rules{config.jwt.issuer, config.jwt.audience, config.jwt.leeway.count() / 1000};
    auto jwt = std::make_unique<JwtAuthenticator>(rules, [] { return unix_ms() / 1000; });
    jwt_keys_ = std::make_unique<JwtKeysFile>(config.jwt.keys_file, *jwt);
    jwt_ = jwt.get();
    authenticator_ = std::move(jwt);
  }
}

void IdentitySource::make_webhook(const WebhookConfig& config) {
  client::HttpPoolConfig pool;
  pool.url = client::parse_url(config.url).value();  // the configuration was checked
  pool.connections = static_cast<std::size_t>(config.connections);
  pool.waiting = static_cast<std::size_t>(config.waiting);
  pool.deadline = config.deadline;
  pool.max_answer = config.answer_limit.value;
  pool.proxy = config.proxy;
  pool.ca_file = config.ca_file;
  pool_ = std::make_unique<HookPool>(std::move(pool), config.secret_file);
  if (config.secret_file.empty()) log::warn("the hook cannot tell who asks it: identity.webhook_secret_file is empty");
  WebhookRules rules;
  rules.cache = config.cache;
  rules.negative_cache = config.negative_cache;
  rules.entries = static_cast<std::size_t>(config.cache_entries);
  if (config.failure == "cached") rules.stale = config.stale;
  auto webhook = std::make_unique<WebhookAuthenticator>(*pool_, rules, WebhookAuthenticator::Clock{});
  webhook_ = webhook.get();
  authenticator_ = std::move(webhook);
}

void IdentitySource::on_key_gone(std::function<void(const std::string& name)> tell) {
  if (jwt_ != nullptr) jwt_->on_key_gone(std::move(tell));
}

bool IdentitySource::knows_key(const std::string& name) const { return jwt_ != nullptr && jwt_->knows_key(name); }

std::vector<std::string> IdentitySource::key_names() const {
  return jwt_ != nullptr ? jwt_->key_names() : std::vector<std::string>();
}

void IdentitySource::look() {
  if (jwt_keys_) jwt_keys_->look();
  if (own_tokens_) own_tokens_->look();
  if (pool_) pool_->look();
}

void IdentitySource::stop() {
  if (pool_) pool_->stop();
}

void IdentitySource::add_metrics(MetricsPage& page) const {
  if (webhook_ == nullptr) return;
  const WebhookStats& stats = webhook_->stats();
  for (const auto& [outcome, value] :
       {std::pair<const char*, const std::atomic<std::uint64_t>*>{"granted", &stats.granted},
        {"refused", &stats.refused},
        {"cached", &stats.cached},
        {"cached_refusal", &stats.cached_refusals},
        {"timeout", &stats.timeouts},
        {"unreachable", &stats.unreachable},
        {"overloaded", &stats.overloaded},
        {"bad_answer", &stats.bad_answers}})
    page.counter("im_logic_webhook_total", "Questions who a client is, by what came of them.",
                 static_cast<double>(value->load()), {{"outcome", outcome}});
  page.counter("im_logic_webhook_stale_total", "Failed questions for which an older answer was used.",
               static_cast<double>(stats.stale.load()));
  page.gauge("im_logic_webhook_open", "Questions without an answer yet.", static_cast<double>(pool_->open()));
  page.gauge("im_logic_webhook_cached_answers", "Remembered answers.", static_cast<double>(webhook_->cached_answers()));
}

}  // namespace im::logic
