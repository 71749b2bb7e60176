#include "logic/server.hpp"

#include <grpcpp/server.h>

#include "common/base/clock.hpp"
#include "common/base/log.hpp"
#include "common/rpc/server.hpp"
#include "logic/goim/goim_push_http.hpp"
#include "logic/goim/nodes_http.hpp"
#include "logic/goim/online_http.hpp"
#include "logic/goim/v1_http.hpp"
#include "logic/logic_rpc.hpp"
#include "logic/push/kafka_push_queue.hpp"
#include "logic/push_api/push_api_rpc.hpp"
#include "logic/push_api/push_http.hpp"

namespace im::logic {

namespace {

/// Without a router no comet can join that clients could log in at, but one may have joined a moment before.
constexpr std::chrono::seconds kNodesGoodFor{10};
constexpr std::size_t kPublicBodyLimit = 1U << 20;  ///< batches

HttpServerConfig http_config(const char* name, const HttpLimits& limits) {
  const auto ms = [](config::Millis time) { return static_cast<int>(time.count()); };
  HttpServerConfig http;
  http.max_connections = static_cast<std::size_t>(limits.max_connections);
  http.max_per_ip = static_cast<std::size_t>(limits.max_per_ip);
  http.header_timeout_ms = ms(limits.header_timeout);
  http.body_timeout_ms = ms(limits.body_timeout);
  http.idle_timeout_ms = ms(limits.idle_timeout);
  http.write_timeout_ms = ms(limits.write_timeout);
  http.name = name;
  return http;
}

HttpServerConfig push_config(const Config& config) {
  HttpServerConfig http = http_config("push", config.http);
  http.bind = config.push_bind;
  http.port = static_cast<std::uint16_t>(config.push_port);
  http.body_limit = config.body_limit.value;
  http.allow_from = config.allow_from;
  return http;
}

HttpServerConfig public_config(const Config& config) {
  HttpServerConfig http = http_config("public", config.http);
  http.bind = config.public_bind;
  http.port = static_cast<std::uint16_t>(config.public_port);
  http.body_limit = kPublicBodyLimit;
  return http;
}

PushLimits limits_of(const Config& config) {
  PushLimits limits;
  limits.body = config.body_limit.value;
  return limits;
}

kafka::ProducerConfig producer_config(const Config& config) {
  kafka::ProducerConfig producer;
  producer.brokers = config.kafka_bootstrap_file.empty() ? config.kafka_brokers : "";
  producer.bootstrap_file = config.kafka_bootstrap_file;
  producer.topic = config.kafka_topic;
  producer.delivery_timeout_ms = static_cast<int>(config.kafka_delivery_timeout.count());
  return producer;
}

NodeInfo self_of(const Config& config, const NodeConfig& node) {
  NodeInfo self;
  self.name = node.name;
  self.grpc_address =
      config.advertise_grpc.empty() ? config.grpc_bind + ":" + std::to_string(config.grpc_port) : config.advertise_grpc;
  self.ops_address = node.ops_bind + ":" + std::to_string(node.ops_port);
  self.region = node.region;
  self.zone = node.zone;
  self.env = node.env;
  self.version = "0.1.0";
  return self;
}

NodePolicy policy_of(const Config& config, const NodeConfig& node) {
  NodePolicy policy = config.nodes;
  policy.region = node.region;
  policy.heartbeat_s = config.heartbeat.count() / 1000;
  policy.heartbeat_max = config.heartbeat_max;
  return policy;
}

}  // namespace

Server::Server(const Config& config, DaemonContext& context)
    : config_(config),
      context_(context),
      routers_(config.router_addresses),
      router_calls_(routers_, timers_, config.router_deadline),
      producer_(producer_config(config)),
      directory_(make_grpc_session_directory(router_calls_)),
      queue_(make_kafka_push_queue(producer_)),
      nodes_(routers_, self_of(config, context.node), context.health),
      identity_(config),
      kicker_(make_grpc_kicker([this] { return nodes_.nodes(); }, config.router_deadline)),
      push_(*directory_, *queue_, [this] { return nodes_.comets_within(kNodesGoodFor); }),
      shared_(make_grpc_shared_table(router_calls_)),
      revocations_(*shared_, config.jwt_leeway.count() / 1000, [] { return unix_ms() / 1000; }),
      connections_(identity_.authenticator(), *directory_,
                   {{config.heartbeat, config.heartbeat_max}, config.max_sessions, config.identity == "open"},
                   {config.v1_deadline, config.v1_max_sessions}, identity_.proven() ? &revocations_ : nullptr),
      kick_desk_(*kicker_, identity_.proven() ? &revocations_ : nullptr,
                 config.router_deadline + std::chrono::seconds(1)),
      comet_tracer_(make_grpc_comet_tracer(config.router_deadline)),
      trace_desk_(*directory_, *comet_tracer_, [this] { return nodes_.nodes(); }),
      admin_(*directory_, push_.stats(), [this] { return nodes_.view(); }),
      keys_file_(config.push_keys_file, keys_),
      push_api_(keys_, push_, *shared_),
      push_http_(push_config(config)),
      public_http_(public_config(config)) {
  context_.health.set("kafka", false, "not asked yet");
  add_push_routes(push_http_, push_);
  add_online_routes(push_http_, *directory_);
  add_v1_routes(push_http_, push_, *directory_, nodes_);
  add_node_routes(push_http_, nodes_, policy_of(config, context.node));
  add_node_routes(public_http_, nodes_, policy_of(config, context.node));
  add_push_api_routes(push_http_, push_api_, limits_of(config));
  if (config.push_api_public) add_push_api_routes(public_http_, push_api_, limits_of(config));
  admin_.add_routes(context_.ops);
  kick_desk_.add_routes(context_.ops);
  trace_desk_.add_routes(context_.ops);
  add_metrics();
}

Server::~Server() { stop(); }

void Server::add_metrics() {
  context_.metrics.add([this](MetricsPage& page) {
    const auto counter = [&](const char* name, const char* help, std::uint64_t value, const Labels& labels = {}) {
      page.counter(name, help, static_cast<double>(value), labels);
    };
    const PushStats& push = push_.stats();
    counter("im_logic_pushes_total", "Push calls taken.", push.accepted);
    counter("im_logic_records_total", "Push records, by outcome.", push.acked, {{"outcome", "acked"}});
    counter("im_logic_records_total", "Push records, by outcome.", push.failed, {{"outcome", "failed"}});
    counter("im_logic_records_total", "Push records, by outcome.", push.offline, {{"outcome", "offline"}});
    counter("im_logic_unlocated_total", "Pushes sent to every comet because the router could not say where.",
            push.unlocated);
    counter("im_logic_locate_calls_total", "Locate calls to the router.", directory_->locate_calls());
    const ConnectStats& connects = connections_.stats();
    counter("im_logic_connects_total", "Client logins, by outcome.", connects.ok, {{"outcome", "ok"}});
    counter("im_logic_connects_total", "Client logins, by outcome.", connects.refused, {{"outcome", "refused"}});
    counter("im_logic_connects_total", "Client logins, by outcome.", connects.foreign_origin, {{"outcome", "origin"}});
    counter("im_logic_connects_total", "Client logins, by outcome.", connects.failed, {{"outcome", "failed"}});
    counter("im_logic_connects_revoked_total", "Of the refused logins, those with a revoked token.", connects.revoked);
    counter("im_logic_renewals_total", "Repeated auth packets, by outcome.", connects.renewed, {{"outcome", "ok"}});
    counter("im_logic_renewals_total", "Repeated auth packets, by outcome.", connects.not_renewed,
            {{"outcome", "refused"}});
    identity_.add_metrics(page);
    counter("im_logic_disconnects_total", "Ended sessions.", connects.disconnects);
    add_push_api_metrics(page);
    for (const auto& [name, server] :
         {std::pair<const char*, HttpServer*>{"push", &push_http_}, {"public", &public_http_}}) {
      const HttpServerStats http = server->stats();
      counter("im_logic_http_requests_total", "HTTP requests.", http.requests, {{"api", name}});
      counter("im_logic_http_refused_total", "HTTP requests refused before a handler.",
              http.refused_guard + http.refused_limit + http.refused_network + http.refused_connections,
              {{"api", name}});
      counter("im_logic_http_timeouts_total", "HTTP connections that ended because the client was too slow.",
              http.timeouts, {{"api", name}});
      page.gauge("im_logic_http_connections", "Open HTTP connections.", static_cast<double>(http.connections),
                 {{"api", name}});
    }
  });
}

void Server::add_push_api_metrics(MetricsPage& page) {
  const PushApiStats& stats = push_api_.stats();
  const char* name = "im_logic_push_api_total";
  const char* help = "Pushes of /v1/push that were accepted or failed, and calls that were refused, by outcome.";
  for (const auto& [outcome, value] :
       {std::pair<const char*, const std::atomic<std::uint64_t>*>{"accepted", &stats.accepted},
        {"failed", &stats.failed},
        {"unauthenticated", &stats.unauthenticated},
        {"forbidden", &stats.forbidden},
        {"rate_limited", &stats.rate_limited},
        {"replayed", &stats.replayed},
        {"idempotency_conflict", &stats.conflicts}})
    page.counter(name, help, static_cast<double>(value->load()), {{"outcome", outcome}});
  page.gauge("im_logic_push_api_keys", "API keys in force.", static_cast<double>(keys_.size()));
}

void Server::start() {
  keys_file_.look();
  identity_.look();
  timers_.start();
  routers_.start();
  service_ = make_logic_service(connections_, nodes_, policy_of(config_, context_.node), router_calls_);
  grpc_ = rpc::start_server(config_.grpc_bind + ":" + std::to_string(config_.grpc_port), {service_.get()},
                            config_.grpc_max_connection_age);
  producer_.start();
  nodes_.start();
  push_http_.start();
  public_http_.start();
  start_push_api_grpc();
  watcher_ = std::thread([this] { watch(); });
}

void Server::start_push_api_grpc() {
  if (config_.push_api_grpc_port < 0) return;
  push_api_service_ = make_push_api_service(push_api_, limits_of(config_));
  push_api_grpc_ = rpc::start_server(config_.push_api_grpc_bind + ":" + std::to_string(config_.push_api_grpc_port),
                                     {push_api_service_.get()}, config_.grpc_max_connection_age);
}

void Server::watch() {
  while (!stopping_) {
    keys_file_.look();
    identity_.look();
    kick_desk_.tick(monotonic_now());
    std::string detail;
    const bool up = producer_.up(&detail);
    context_.health.set("kafka", up, detail);
    std::this_thread::sleep_for(std::chrono::milliseconds(300));
  }
}

/// Readiness is already down: give running pushes the time until everything handed to Kafka is settled, and their
/// answers the time to leave.
void Server::drain(std::chrono::steady_clock::time_point deadline) {
  push_http_.stop_accepting();
  public_http_.stop_accepting();
  const auto busy = [this] {
    return producer_.stats().in_flight + push_http_.stats().connections + public_http_.stats().connections > 0;
  };
  while (busy() && std::chrono::steady_clock::now() < deadline) {
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
  }
}

void Server::stop() {
  if (stopping_.exchange(true)) return;
  if (watcher_.joinable()) watcher_.join();
  nodes_.stop();
  for (auto* server : {grpc_.get(), push_api_grpc_.get()}) {
    if (server == nullptr) continue;
    server->Shutdown(std::chrono::system_clock::now() + std::chrono::seconds(1));
    server->Wait();
  }
  identity_.stop();  // after the gRPC server: its calls wait for answers
  push_http_.stop();
  public_http_.stop();
  routers_.stop();
  timers_.stop();
}

}  // namespace im::logic
