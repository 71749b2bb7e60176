#include "comet/server.hpp"

#include <algorithm>
#include <csignal>
#include <thread>
#include <unistd.h>

#include <grpcpp/server.h>

#include "comet/cluster/grpc_logic_gateway.hpp"
#include "comet/comet_metrics.hpp"
#include "comet/rpc/admin_rpc.hpp"
#include "comet/rpc/direct_rpc.hpp"
#include "comet/rpc/push_rpc.hpp"
#include "common/base/log.hpp"
#include "common/daemon/self_node.hpp"
#include "common/rpc/server.hpp"

namespace im::comet {

namespace {

std::uint32_t ticks(config::Millis time) {
  return static_cast<std::uint32_t>(std::max<std::int64_t>(1, time.count() * ConnectionIo::kTicksPerSecond / 1000));
}

int worker_count(const Config& config) {
  if (config.workers > 0) return config.workers;
  return static_cast<int>(std::clamp(std::thread::hardware_concurrency(), 1U, 64U));
}

Rate rate(const Config::RateLimit& limit) {
  constexpr double kSeconds = 10;
  return {limit.rate, limit.burst > 0 ? static_cast<double>(limit.burst) : kSeconds * limit.rate};
}

AddressPolicy address_policy(const Config& config) {
  return {static_cast<std::uint32_t>(config.max_per_ip), rate(config.connects), rate(config.auths),
          rate(config.auth_failures), static_cast<std::size_t>(config.limit_entries)};
}

UserPolicy user_policy(const Config& config) {
  return {static_cast<std::uint32_t>(config.max_per_user), rate(config.user_messages),
          static_cast<std::size_t>(config.limit_entries)};
}

WorkerConfig worker_config(const Config& config, std::uint64_t most, int index, int count) {
  WorkerConfig worker;
  worker.index = static_cast<std::uint8_t>(index);
  worker.io.outbox_limit = config.outbox_limit.value;
  worker.io.close_slow = config.outbox_policy == "close";
  worker.io.linger_ticks = ticks(config.linger_timeout);
  worker.io.keepalive_s = static_cast<int>(config.tcp_keepalive.count() / 1000);
  worker.io.user_timeout_ms = static_cast<int>(config.tcp_user_timeout.count());
  worker.io.sndbuf = static_cast<int>(config.tcp_sndbuf.value);
  worker.io.rcvbuf = static_cast<int>(config.tcp_rcvbuf.value);
  worker.protocol.handshake_ticks[index_of(ClientFamily::kGoimV2)] = ticks(config.handshake_timeout);
  worker.protocol.handshake_ticks[index_of(ClientFamily::kGoimV1)] = ticks(config.v1_handshake_timeout);
  worker.protocol.handshake_ticks[index_of(ClientFamily::kWebim)] = ticks(config.handshake_timeout);
  worker.protocol.upgrade.origins = config.ws_origins;
  if (config.webim_page_origin != "*") worker.protocol.page_origins = {config.webim_page_origin};
  worker.protocol.messages = rate(config.messages);
  worker.sweep.min_interval = config.room_min_interval;
  worker.sweep.max_interval = config.room_max_interval;
  worker.sweep.share = config.room_share;
  worker.sweep.max_batch_bytes = config.room_batch.value;
  worker.sweep.queue_bytes = config.room_queue.value;
  worker.sweep.overflow_after = config.room_overflow_after;
  worker.poll.origin = config.webim_page_origin;
  worker.poll.origins = config.ws_origins;
  worker.poll.wait_ticks = ticks(config.webim_poll_wait);
  worker.poll.session_ticks = ticks(config.webim_poll_deadline);
  worker.poll.max_waiting = config.outbox_limit.value;
  worker.protocol.poll_ticks = worker.poll.session_ticks;
  worker.turn = static_cast<std::uint32_t>(config.room_turn);
  worker.max_connections = std::max<std::uint64_t>(1, most / static_cast<std::uint64_t>(count));
  worker.poll.max_connections = worker.max_connections;
  worker.backlog = config.tcp_backlog;
  worker.proxies = CidrList(config.proxy_from);
  return worker;
}

ControlConfig control_config(const Config& config, const NodeConfig& node) {
  ControlConfig control;
  control.room_linger = config.room_linger;
  auto& described = control.node;
  described = self_node(registry::NodeKind::kComet, node, config.grpc.reached_at());
  described.addresses = config.advertise_addresses;
  described.weight = config.weight;
  described.offline = config.offline;
  return control;
}

/// What an operator asked for through a logic is the same as SIGTERM: main's thread waits for that signal.
void drain_as_by_signal() {
  log::info("a logic asks this comet to drain");
  ::kill(::getpid(), SIGTERM);
}

}  // namespace

Server::Server(const Config& config, DaemonContext& context)
    : config_(config), context_(context), edge_(address_policy(config), user_policy(config)) {
  add_port(config.tcp, Transport::kTcp, Dialect::kV2);
  add_port(config.ws, Transport::kWebSocket, Dialect::kV2);
  add_port(config.v1_tcp, Transport::kTcp, Dialect::kV1);
  add_port(config.v1_ws, Transport::kWebSocket, Dialect::kV1Array);
  add_port(config.v1_0_ws, Transport::kWebSocket, Dialect::kV1Object);
  add_port(config.webim, Transport::kWebSocket, Dialect::kWebim);
  if (config.ws_echo.port > 0) add_port(config.ws_echo, Transport::kEcho, Dialect::kV2);
  probe_ports();
  control_ = std::make_unique<Control>(control_config(config, context.node),
                                       make_grpc_logic_gateway({config.logic_addresses, config.logic_deadline}),
                                       edge_.ips, context.health);
  const int count = worker_count(config);
  const std::uint64_t most = clamp_to_descriptors(
      "client.max_connections", static_cast<std::uint64_t>(config.max_connections), context.descriptors.for_clients());
  for (int i = 0; i < count; ++i)
    workers_.push_back(std::make_unique<Worker>(worker_config(config, most, i, count), edge_, *control_));
  std::vector<Worker*> all;
  all.reserve(workers_.size());
  for (const auto& worker : workers_) all.push_back(worker.get());
  for (Worker* worker : all) worker->set_peers(all);
  worker_set_ = std::make_unique<WorkerSet>(std::vector<WorkerPort*>(all.begin(), all.end()));
  ingress_ = std::make_unique<PushIngress>(*worker_set_, [this] { control_->close_missed(); });
  push_service_ = make_push_service(
      *ingress_, [this] { return control_->self(); },
      {[this](SlotSet slots, std::function<void(Holdings)> done) { control_->snapshot(slots, std::move(done)); },
       [this](std::function<void(std::vector<std::uint64_t>)> done) { control_->digest(std::move(done)); }},
      [this] { control_->lease_ended(); });
  traces_ = std::make_unique<TraceHub>([this](const TraceRef& one) { trace(one); });
  admin_service_ = make_admin_service(*traces_, [this] { return control_->self(); });
  direct_service_ = make_direct_service(*worker_set_, [this] { return control_->self(); }, direct_, drain_as_by_signal);
  add_metrics(context.metrics, {{all.begin(), all.end()}, *control_, *ingress_, direct_, edge_});
}

Server::~Server() { stop(); }

void Server::add_port(const Config::Listen& listen, Transport transport, const Dialect& dialect) {
  if (listen.port < 0) return;
  ports_.push_back({{listen.bind, static_cast<std::uint16_t>(listen.port)}, transport, &dialect});
}

void Server::trace(const TraceRef& trace) {
  const std::size_t index = trace->conn().worker();
  if (index >= workers_.size()) return trace->end();
  workers_[index]->post([trace](Worker& worker) { worker.trace(trace); });
}

void Server::probe_ports() {
  for (ClientPort& port : ports_) port.endpoint.port = probe(port.endpoint);
}

void Server::start() {
  grpc_ =
      rpc::start_server(config_.grpc.listens_at(), {push_service_.get(), direct_service_.get(), admin_service_.get()});
  std::vector<ShardPort*> all;
  all.reserve(workers_.size());
  for (const auto& worker : workers_) {
    worker->start();
    all.push_back(shards_.emplace_back(std::make_unique<WorkerShard>(*worker)).get());
  }
  // Clients are accepted once this comet has its number and epoch; until then they are refused and go elsewhere.
  open_listeners();
  control_->each_second([this] { log_troubles(); });
  control_->start(std::move(all), [this] {
    for (const auto& worker : workers_) {
      worker->post([fail = context_.fail](Worker& w) {
        try {
          w.accept_clients();
        } catch (const std::exception& error) {
          fail(error.what());
        }
      });
    }
  });
}

void Server::open_listeners() {
  for (const ClientPort& port : ports_) {
    for (const auto& worker : workers_) {
      worker->post([port, fail = context_.fail](Worker& w) {
        try {
          w.listen(port.endpoint, port.transport, *port.dialect);
        } catch (const std::exception& error) {
          fail(error.what());
        }
      });
    }
    const char* kind = port.transport == Transport::kTcp         ? "tcp"
                       : port.transport == Transport::kWebSocket ? "websocket"
                                                                 : "websocket echo";
    log::info(
        "client port",
        {{"for", kind}, {"dialect", port.dialect->name}, {"bind", port.endpoint.bind}, {"port", port.endpoint.port}});
  }
}

std::size_t Server::open_connections() const {
  std::uint64_t open = 0;
  for (const auto& worker : workers_) open += worker->stats().connections.value();
  return open;
}

void Server::log_troubles() {
  std::vector<const WorkerStats*> all;
  for (const auto& worker : workers_) all.push_back(&worker->stats());
  for (const TroubleLog::Line& line : troubles_.look(all, monotonic_now()))
    log::warn(line.what, {{"reason", line.reason}, {"count", line.count}});
}

/// Takes no new clients, tells the connected ones to go elsewhere in even portions over half of the time that is left,
/// and waits until logic knows of every session that ended.
void Server::drain(std::chrono::steady_clock::time_point deadline) {
  control_->start_draining();
  for (const auto& worker : workers_) worker->post([](Worker& w) { w.stop_listening(); });
  const auto step = std::chrono::milliseconds(50);
  const auto steps = std::max<std::int64_t>(1, (deadline - monotonic_now()) / step / 2);
  const std::size_t portion = open_connections() / static_cast<std::size_t>(steps) / workers_.size() + 1;
  while (open_connections() > 0 && monotonic_now() + step < deadline) {
    for (const auto& worker : workers_) {
      worker->post([portion](Worker& w) { w.close_some(CloseReason::kDraining, portion); });
    }
    std::this_thread::sleep_for(step);
  }
  while (!control_->settled() && monotonic_now() + step < deadline) std::this_thread::sleep_for(step);
  log::info("drained", {{"connections_left", open_connections()}, {"settled", control_->settled()}});
}

void Server::stop() {
  if (grpc_) {
    grpc_->Shutdown(std::chrono::system_clock::now() + std::chrono::milliseconds(500));
    grpc_->Wait();
    grpc_.reset();
  }
  for (const auto& worker : workers_) worker->stop();
  if (control_) control_->stop();
}

}  // namespace im::comet
