#include "router/server.hpp"

#include <unistd.h>

#include <grpcpp/server.h>

#include "common/rpc/server.hpp"

namespace im::router {

namespace {

constexpr std::chrono::milliseconds kTick{100};

void add_metrics(Metrics& metrics, RouterState& state, RouterRpc& rpc) {
  metrics.add([&state, &rpc](MetricsPage& page) {
    page.gauge("im_router_sessions", "Sessions.", static_cast<double>(state.sessions().sessions()));
    page.gauge("im_router_users", "Users with a session.", static_cast<double>(state.sessions().users()));
    page.gauge("im_router_rooms", "Rooms.",
               static_cast<double>(state.with_rooms([](const RoomRegistry& rooms) { return rooms.size(); })));
    for (const auto& [kind, name] : {std::pair{NodeKind::kComet, "comet"},
                                     {NodeKind::kLogic, "logic"},
                                     {NodeKind::kJob, "job"},
                                     {NodeKind::kRouter, "router"}}) {
      page.gauge("im_router_nodes", "Nodes with a live lease.", static_cast<double>(state.nodes(kind).size()),
                 {{"kind", name}});
    }
    page.gauge("im_router_complete", "1 when everything that was ever bound is known.", state.complete() ? 1 : 0);
    const RpcStats& stats = rpc.stats();
    const auto counter = [&](const char* name, const char* help, const std::atomic<std::uint64_t>& value,
                             const Labels& labels = {}) {
      page.counter(name, help, static_cast<double>(value.load()), labels);
    };
    counter("im_router_binds_total", "Logins, by outcome.", stats.binds, {{"outcome", "bound"}});
    counter("im_router_binds_total", "Logins, by outcome.", stats.binds_refused, {{"outcome", "fenced"}});
    counter("im_router_unbinds_total", "Logouts, by outcome.", stats.unbinds, {{"outcome", "removed"}});
    counter("im_router_unbinds_total", "Logouts, by outcome.", stats.unbinds_stale, {{"outcome", "stale"}});
    counter("im_router_locate_calls_total", "Locate calls.", stats.locates);
    counter("im_router_located_total", "Users, keys and rooms looked up.", stats.located);
    counter("im_router_restored_total", "Sessions told again by comets.", stats.restored);
  });
}

void add_kv_metrics(Metrics& metrics, KvRpc& kv) {
  metrics.add([&kv](MetricsPage& page) {
    const KvStats stats = kv.stats();
    page.gauge("im_router_kv_rows", "Rows of small shared state.", static_cast<double>(stats.rows));
    page.gauge("im_router_kv_bytes", "Memory of it.", static_cast<double>(stats.bytes));
    page.counter("im_router_kv_refused_total", "Rows refused because the table is full.",
                 static_cast<double>(stats.refused_full));
  });
}

void add_redis_metrics(Metrics& metrics, const SharedStore& shared) {
  metrics.add([&shared](MetricsPage& page) {
    const auto stats = shared.stats();
    page.gauge("im_router_redis_up", "1 when Redis answers.", shared.up(nullptr) ? 1 : 0);
    page.gauge("im_router_redis_pending", "Commands that wait for an answer.", static_cast<double>(stats.pending));
    page.counter("im_router_redis_connections_total", "Connections made.", static_cast<double>(stats.connections));
    for (const auto& [outcome, count] : {std::pair{"answered", stats.answered},
                                         {"refused", stats.refused},
                                         {"timeout", stats.timeouts},
                                         {"unavailable", stats.unavailable},
                                         {"overloaded", stats.overloaded}}) {
      page.counter("im_router_redis_commands_total", "Commands, by outcome.", static_cast<double>(count),
                   {{"outcome", outcome}});
    }
  });
}

}  // namespace

Server::Server(const Config& config, DaemonContext& context)
    : config_(config),
      context_(context),
      shared_(config),
      state_(config.lease),
      rpc_(make_router_rpc(state_)),
      kv_(make_kv_rpc(config.kv_max_bytes.value)) {
  add_metrics(context.metrics, state_, *rpc_);
  add_kv_metrics(context.metrics, *kv_);
  if (!shared_.on_redis()) return;
  add_redis_metrics(context.metrics, shared_);
  context.health.set("redis", false, "connecting");
}

Server::~Server() { stop(); }

void Server::start() {
  grpc_ = rpc::start_server(config_.grpc_bind + ":" + std::to_string(config_.grpc_port),
                            {&rpc_->service(), &kv_->service()});
  register_self();
  shared_.start();
  ticker_ = std::thread([this] { run_ticks(); });
}

/// The router stands in its own list, so that `imctl nodes` shows the whole cluster.
void Server::register_self() {
  NodeRow node;
  node.kind = NodeKind::kRouter;
  node.name = context_.node.name;
  node.grpc_address = config_.advertise_grpc.empty() ? config_.grpc_bind + ":" + std::to_string(config_.grpc_port)
                                                     : config_.advertise_grpc;
  node.ops_address = context_.node.ops_bind + ":" + std::to_string(context_.node.ops_port);
  node.region = context_.node.region;
  node.zone = context_.node.zone;
  node.env = context_.node.env;
  char host[256] = {};
  ::gethostname(host, sizeof host - 1);
  node.hostname = host;
  self_ = state_.register_node(std::move(node), {}).value().self.epoch;
}

/// A router becomes ready when it has seen Redis once; when Redis goes, it goes on with what it has.
void Server::tell_redis_health() {
  if (!shared_.on_redis()) return;
  std::string detail;
  redis_seen_ |= shared_.up(&detail);
  context_.health.set("redis", redis_seen_, detail);
}

void Server::run_ticks() {
  while (!stopping_) {
    tell_redis_health();
    state_.renew(NodeKind::kRouter, context_.node.name, self_, {});
    state_.tick();
    rpc_->tick();
    std::this_thread::sleep_for(kTick);
  }
}

void Server::drain(std::chrono::steady_clock::time_point) {}

void Server::stop() {
  if (stopping_.exchange(true)) return;
  if (ticker_.joinable()) ticker_.join();
  shared_.stop();
  if (!grpc_) return;
  state_.unregister(NodeKind::kRouter, context_.node.name, self_);
  rpc_->tick();  // long polls end
  grpc_->Shutdown(std::chrono::system_clock::now() + std::chrono::seconds(1));
  grpc_->Wait();
}

}  // namespace im::router
