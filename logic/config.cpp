#include "logic/config.hpp"

#include <algorithm>
#include <stdexcept>

#include "common/base/cidr.hpp"
#include "common/client/address.hpp"

namespace im::logic {

namespace {

void describe_webhook(config::Options& options, Config& config) {
  options.add("webhook_url", config.webhook_url,
              "Who is asked, http://HOST:PORT/PATH. There is no TLS: the same host, a private network or a TLS proxy.");
  options.add("webhook_secret_file", config.webhook_secret_file,
              "File with the secret that is sent as \"Authorization: Bearer SECRET\"; followed when it changes.");
  options.add("webhook_deadline", config.webhook_deadline,
              "Deadline of one question, waiting included. Together with the router's it must stay below "
              "logic.deadline of the comets.");
  options.add("webhook_connections", config.webhook_connections, "Most questions at the same time.", 1);
  options.add("webhook_waiting", config.webhook_waiting, "Most questions that wait for one of them to end.");
  options.add("webhook_answer_limit", config.webhook_answer_limit, "Largest answer; above it the hook has failed.");
  options.add(
      "webhook_cache", config.webhook_cache,
      "How long a granted answer serves the same client again; never beyond its expires_in_s. 0ms asks always.");
  options.add("webhook_negative_cache", config.webhook_negative_cache, "The same for a refusal.");
  options.add("webhook_cache_entries", config.webhook_cache_entries,
              "Most granted answers that are remembered, and most refusals; the oldest go first.");
  options.add("webhook_failure", config.webhook_failure,
              "When the hook is down, late or answers nonsense. refuse: nobody logs in. cached: who was granted within "
              "webhook_stale does.",
              {"refuse", "cached"});
  options.add("webhook_stale", config.webhook_stale, "See webhook_failure.");
}

std::string identity_problem(const Config& config) {
  if (config.identity == "jwt" && config.jwt_keys_file.empty())
    return "identity.jwt_keys_file: identity jwt needs it; `imctl token key` makes one";
  if (config.identity != "webhook") return "";
  if (config.webhook_url.empty()) return "identity.webhook_url: identity webhook needs it";
  if (const auto url = client::parse_url(config.webhook_url); !url.ok())
    return "identity.webhook_url: " + url.error().message + " (https is not spoken; use a proxy)";
  if (config.webhook_deadline.count() < 1) return "identity.webhook_deadline: must be at least 1ms";
  return "";
}

std::string network_problem(const Config& config) {
  try {
    const CidrList networks(config.allow_from);
    return "";
  } catch (const std::invalid_argument& error) {
    return std::string("http.allow_from: ") + error.what();
  }
}

void describe_http(config::Options& options, Config& config) {
  options.section("http", "The HTTP APIs.");
  options.add("push_bind", config.push_bind,
              "Address of the push API (/goim/push/*, /goim/online/*, /1/*). It has no authentication of its own.");
  options.add("push_port", config.push_port, "Port of the push API.");
  options.add("allow_from", config.allow_from,
              "Networks (\"10.0.0.0/8\", \"::1\") that may use the push API; others get 403. Empty allows everybody.");
  options.add("body_limit", config.body_limit, "Largest message body; above it 413.");
  options.add("public_bind", config.public_bind, "Address of the public API (/goim/nodes/*).");
  options.add("public_port", config.public_port, "Port of the public API.");
  options.add("max_connections", config.http.max_connections, "Most open connections of each of the two ports.");
  options.add(
      "max_per_ip", config.http.max_per_ip,
      "Most open connections of one address to each of the two ports; 0 = no limit. Behind an HTTP proxy all have "
      "its address.");
  options.add("header_timeout", config.http.header_timeout, "From the first byte of a request to the end of its head.");
  options.add("body_timeout", config.http.body_timeout, "From the head of a request to the end of its body.");
  options.add("idle_timeout", config.http.idle_timeout, "How long a connection may wait for its next request.");
  options.add("write_timeout", config.http.write_timeout, "How long a client may take to read what it is answered.");
}

std::string http_fault(const HttpLimits& http) {
  if (http.max_connections < 1) return "http.max_connections: must be at least 1";
  if (http.max_per_ip < 0) return "http.max_per_ip: must be 0 or above";
  const config::Millis shortest =
      std::min({http.header_timeout, http.body_timeout, http.idle_timeout, http.write_timeout});
  if (shortest.count() < 1) return "http.header_timeout, body_timeout, idle_timeout, write_timeout: must be above 0";
  return "";
}

}  // namespace

void describe(config::Options& options, Config& config) {
  describe_http(options, config);
  options.section("grpc", "Where comets reach this logic.");
  options.add("bind", config.grpc_bind, "Address the gRPC server binds to.");
  options.add("port", config.grpc_port, "Port of the gRPC server.");
  options.add("advertise", config.advertise_grpc,
              "host:port told to others; empty takes bind:port. Set it when bind is 0.0.0.0.");
  options.add(
      "max_connection_age", config.grpc_max_connection_age,
      "How long a comet or backend keeps one gRPC connection, give or take a tenth; then it is told to make a new one, "
      "so that a balancer of connections spreads them anew. Calls under way go on. 0 = for ever. Also for "
      "push_api.grpc_port.");
  options.section("router", "The routers this logic asks.");
  options.add("addresses", config.router_addresses, "gRPC addresses of the routers, \"host:port\".");
  options.add("deadline", config.router_deadline, "Deadline of one call to a router.");
  options.section("kafka", "Where pushes are written.");
  options.add("brokers", config.kafka_brokers,
              "Brokers, \"host:port,host:port\". Not read when bootstrap_file is set.");
  options.add("bootstrap_file", config.kafka_bootstrap_file,
              "File with the addresses of im-devkafka, which takes free ports; followed when it changes.");
  options.add("topic", config.kafka_topic, "Topic of the pushes.");
  options.add("delivery_timeout", config.kafka_delivery_timeout,
              "How long a push may wait for the acknowledgement of the brokers; then it is answered with an error.");
  options.section("push_api", "The push API with keys: /v1/push (docs/push-api.md).");
  options.add("keys_file", config.push_keys_file,
              "File of the API keys, made by `imctl key add`; followed when it changes. Empty: every call is refused.");
  options.add("public", config.push_api_public, "Serves /v1/push on the public port too, not only on the push port.");
  options.add("grpc_bind", config.push_api_grpc_bind, "Address of its gRPC twin.");
  options.add("grpc_port", config.push_api_grpc_port, "Port of its gRPC twin; -1 turns it off.", -1);
  options.section("identity", "Who clients are.");
  options.add("kind", config.identity,
              "open: the client says who it is (goim's own; trusted networks only). jwt: a signed token says it. "
              "webhook: your HTTP service is asked.",
              {"open", "jwt", "webhook"});
  options.add("jwt_keys_file", config.jwt_keys_file,
              "JWK Set (RFC 7517) with the keys that tokens may be signed with; followed when it changes.");
  options.add("jwt_issuer", config.jwt_issuer, "What the claim \"iss\" must be; empty takes any.");
  options.add("jwt_audience", config.jwt_audience, "What the claim \"aud\" must hold; empty takes any.");
  options.add("jwt_leeway", config.jwt_leeway, "How far clocks may differ.");
  describe_webhook(options, config);
  options.section("client", "What clients are told.");
  options.add("heartbeat", config.heartbeat, "How often a client is told to send a heartbeat.");
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
  options.section("nodes", "The weighted node list.");
  options.add("domain", config.nodes.domain, "Default domain; the only node when no comet is known.");
  options.add("host_domain", config.nodes.host_domain,
              "Appended to the host names that platform=web gets; empty gives it addresses, as the others.");
  options.add("tcp_port", config.nodes.tcp_port, "TCP port of the comets.");
  options.add("ws_port", config.nodes.ws_port, "WebSocket port of the comets.");
  options.add("wss_port", config.nodes.wss_port, "TLS WebSocket port of the comets; 0 leaves it out.");
  options.add("region_weight", config.nodes.region_weight,
              "Factor on the weight of comets in the region of this logic.");
  options.check([&config]() -> std::string {
    if (config.kafka_brokers.empty() && config.kafka_bootstrap_file.empty())
      return "kafka.brokers: set it, or kafka.bootstrap_file";
    if (auto problem = identity_problem(config); !problem.empty()) return problem;
    if (auto problem = network_problem(config); !problem.empty()) return problem;
    if (const std::string fault = http_fault(config.http); !fault.empty()) return fault;
    if (config.max_sessions < 0) return "client.max_sessions: must be 0 or above";
    if (config.heartbeat_max < 1) return "client.heartbeat_max: must be at least 1";
    return "";
  });
}

}  // namespace im::logic
