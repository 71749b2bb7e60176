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

}  // namespace

Server::Server(const Config& config, DaemonContext& context)
    : config_(config),
      context_(context),
      state_(config.lease),
      rpc_(make_router_rpc(state_)),
      kv_(make_kv_rpc(config.kv_max_bytes.value)) {
  add_metrics(context.metrics, state_, *rpc_);
  add_kv_metrics(context.metrics, *kv_);
}

Server::~Server() { stop(); }

void Server::start() {
  grpc_ = rpc::start_server(config_.grpc_bind + ":" + std::to_string(config_.grpc_port),
                            {&rpc_->service(), &kv_->service()});
  register_self();
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

void Server::run_ticks() {
  while (!stopping_) {
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
  if (!grpc_) return;
  state_.unregister(NodeKind::kRouter, context_.node.name, self_);
  rpc_->tick();  // long polls end
  grpc_->Shutdown(std::chrono::system_clock::now() + std::chrono::seconds(1));
  grpc_->Wait();
}

}  // namespace im::router
