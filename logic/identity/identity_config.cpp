#include "logic/identity/identity_config.hpp"

#include <unistd.h>

#include "common/client/address.hpp"
#include "common/config/rules.hpp"
#include "common/jwt/jwk_file.hpp"

namespace im::logic {

namespace {

void describe_webhook(config::Options& options, WebhookConfig& config) {
  options.add("webhook_url", config.url, "Who is asked, http://HOST:PORT/PATH or https.");
  options.add("webhook_secret_file", config.secret_file,
              "File with the secret that is sent as \"Authorization: Bearer SECRET\"; followed when it changes.");
  options.must(config::secret_or_empty(config.secret_file));
  options.add("webhook_ca_file", config.ca_file,
              "https: PEM file with the authorities that are believed; empty takes those of the system.");
  options.must(config::file_or_empty(config.ca_file));
  options.add("webhook_proxy", config.proxy,
              "HTTP proxy on the way to it, http://HOST:PORT; empty asks it directly, whatever the environment says.");
  options.add("webhook_deadline", config.deadline,
              "Deadline of one question, waiting included. Together with the router's it must stay below "
              "logic.deadline of the comets.");
  options.add("webhook_connections", config.connections, "Most questions at the same time.", 1);
  options.add("webhook_waiting", config.waiting, "Most questions that wait for one of them to end.");
  options.add("webhook_answer_limit", config.answer_limit, "Largest answer; above it the hook has failed.");
  options.add(
      "webhook_cache", config.cache,
      "How long a granted answer serves the same client again; never beyond its expires_in_s. 0ms asks always.");
  options.add("webhook_negative_cache", config.negative_cache, "The same for a refusal.");
  options.add("webhook_cache_entries", config.cache_entries,
              "Most granted answers that are remembered, and most refusals; the oldest go first.");
  options.add("webhook_failure", config.failure,
              "When the hook is down, late or answers nonsense. refuse: nobody logs in. cached: who was granted within "
              "webhook_stale does.",
              {"refuse", "cached"});
  options.add("webhook_stale", config.stale, "See webhook_failure.");
}

/// Read as at the start, so that --check says what the daemon would.
std::string keys_problem(const std::string& file) {
  if (file.empty()) return "";
  const auto keys = read_jwk_file(file);
  if (!keys.ok()) return "\"" + file + "\" " + keys.error().message;
  return keys.value().empty() ? "\"" + file + "\" has no key; `imctl token key` makes one" : "";
}

std::string identity_problem(const IdentityConfig& config) {
  if (config.kind == "jwt" && config.jwt.keys_file.empty())
    return "identity.jwt_keys_file: identity jwt needs it; `imctl token key` makes one";
  if (config.kind == "accounts" && config.accounts_keys_file.empty())
    return "identity.accounts_keys_file: identity accounts needs it; the file is made at the first start";
  if (config.kind != "webhook") return "";
  if (config.webhook.url.empty()) return "identity.webhook_url: identity webhook needs it";
  if (const auto url = client::parse_url(config.webhook.url); !url.ok())
    return "identity.webhook_url: " + url.error().message;
  if (const auto proxy = client::parse_url(config.webhook.proxy); !config.webhook.proxy.empty() && !proxy.ok())
    return "identity.webhook_proxy: " + proxy.error().message;
  if (config.webhook.deadline.count() < 1) return "identity.webhook_deadline: must be at least 1ms";
  return "";
}

}  // namespace

void describe(config::Options& options, IdentityConfig& config) {
  options.section("identity", "Who clients are.");
  options.add("kind", config.kind,
              "open: the client says who it is (goim's own; trusted networks only). jwt: a signed token says it. "
              "webhook: your HTTP service is asked. accounts: this cluster has users of its own (docs/accounts.md).",
              {"open", "jwt", "webhook", "accounts"});
  options.add("jwt_keys_file", config.jwt.keys_file,
              "JWK Set (RFC 7517) with the keys that tokens may be signed with; followed when it changes.");
  options.must([&config] { return keys_problem(config.jwt.keys_file); });
  options.add("jwt_issuer", config.jwt.issuer, "What the claim \"iss\" must be; empty takes any.");
  options.add("jwt_audience", config.jwt.audience, "What the claim \"aud\" must hold; empty takes any.");
  options.add("jwt_leeway", config.jwt.leeway, "How far clocks may differ.");
  options.add(
      "accounts_keys_file", config.accounts_keys_file,
      "Identity accounts: JWK Set with the private keys that sign tokens; made at the first start, for its owner "
      "only. Every logic has the same one; followed when it changes (`imctl token rotate`).");
  options.must([&config]() -> std::string {
    const std::string& file = config.accounts_keys_file;
    return ::access(file.c_str(), F_OK) == 0 ? keys_problem(file) : "";
  });
  describe_webhook(options, config.webhook);
  options.check([&config] { return identity_problem(config); });
}

void describe(config::Options& options, ClientConfig& config) {
  options.section("client", "What clients have to keep to.");
  options.add("heartbeat", config.heartbeat, "How often a client shall send a heartbeat.");
  options.add("heartbeat_max", config.heartbeat_max,
              "A client that is silent for heartbeat * heartbeat_max is closed.");
  options.add(
      "max_sessions", config.max_sessions,
      "Most sessions of one user over all comets; a further one is closed (4008). 0 = no limit. goim v1 clients: "
      "v1.max_sessions.");
  options.section("v1", "goim v1 clients.");
  options.add("deadline", config.v1_deadline, "A client that sends no heartbeat for this long is closed.");
  options.add("max_sessions", config.v1_max_sessions,
              "Most connections of one user; a further one is closed without a reply. 0 = no limit.");
  options.check([&config]() -> std::string {
    if (config.max_sessions < 0) return "client.max_sessions: must be 0 or above";
    if (config.heartbeat_max < 1) return "client.heartbeat_max: must be at least 1";
    return "";
  });
}

}  // namespace im::logic
