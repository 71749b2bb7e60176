#include "comet/server.hpp"

#include <algorithm>
#include <csignal>
#include <iterator>
#include <limits>
#include <thread>
#include <unistd.h>

#include <grpcpp/server.h>

#include "comet/client_room.hpp"
#include "comet/cluster/grpc_logic_gateway.hpp"
#include "comet/comet_metrics.hpp"
#include "comet/edge/own_table.hpp"
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

/// Of one worker: one session that is behind as far as it may be is no reason to end others.
std::size_t backlog_of(const Config& config) {
  const std::size_t all = config.webim_poll_backlog.value;
  if (all == 0) return std::numeric_limits<std::size_t>::max();
  return std::max<std::size_t>(all / static_cast<std::size_t>(worker_count(config)), config.outbox_limit.value);
}

/// Of one worker, rounded up; 0: no limit.
std::size_t unasked_of(const Config& config) {
  const auto all = static_cast<std::size_t>(config.webim_poll_unasked),
             workers = static_cast<std::size_t>(worker_count(config));
  return (all + workers - 1) / workers;
}

WorkerConfig worker_config(const Config& config, const ServerTls* tls, std::uint64_t most, int index) {
  WorkerConfig worker;
  worker.index = static_cast<std::uint8_t>(index);
  worker.io.tls = tls;
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
  worker.protocol.upgrade.deflate = config.ws_deflate;
  if (config.webim_page_origin != "*") worker.protocol.page_origins = {config.webim_page_origin};
  worker.protocol.messages = message_rate(config);
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
  worker.poll.max_backlog = backlog_of(config);
  worker.poll.max_unasked = unasked_of(config);
  worker.poll.balancers = CidrList(config.proxy_from);
  worker.protocol.poll_ticks = worker.poll.session_ticks;
  worker.turn = static_cast<std::uint32_t>(config.room_turn);
  worker.max_connections = most;
  worker.poll.max_connections = worker.max_connections;
  worker.backlog = config.tcp_backlog;
  worker.proxies = CidrList(config.proxy_from);
  return worker;
}

ControlConfig control_config(const Config& config, const NodeConfig& node) {
  ControlConfig control;
  control.room_linger = config.room_linger;
  control.requests.patience = config.logic_deadline;
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
  add_secure_ports(context);
  probe_ports();
  control_ = std::make_unique<Control>(control_config(config, context.node),
                                       make_grpc_logic_gateway({config.logic_addresses, config.logic_deadline}),
                                       edge_.ips, context.health);
  make_workers();
  std::vector<Worker*> all;
  all.reserve(workers_.size());
  for (const auto& worker : workers_) all.push_back(worker.get());
  live_ = std::make_unique<LiveConfig>(config, edge_, all, *control_);
  live_->add_to(context.live_keys);
  worker_set_ =
      std::make_unique<WorkerSet>(std::vector<WorkerPort*>(all.begin(), all.end()), own_tables_ ? &speaker_ : nullptr);
  ingress_ = std::make_unique<PushIngress>(
      *worker_set_, [this] { control_->close_missed(); },
      [control = control_.get()](const std::string& name, const FateCounts& counts) {
        control->tell_fate(name, counts);
      });
  push_service_ = make_push_service(
      *ingress_, [this] { return control_->self(); },
      {[this](SlotSet slots, std::function<void(Holdings)> done) { control_->snapshot(slots, std::move(done)); },
       [this](std::function<void(std::vector<std::uint64_t>)> done) { control_->digest(std::move(done)); }},
      [this] { control_->lease_ended(); });
  traces_ = std::make_unique<TraceHub>([this](const TraceRef& one) { trace(one); });
  admin_service_ = make_admin_service(*traces_, [this] { return control_->self(); });
  direct_service_ = make_direct_service(*worker_set_, [this] { return control_->self(); }, direct_, drain_as_by_signal);
  context.metrics.add([this](MetricsPage& page) {
    page.counter("im_comet_grpc_refused_total", "gRPC connections closed because grpc.max_connections were open.",
                 grpc_ ? static_cast<double>(grpc_->refused()) : 0);
  });
  add_metrics(context.metrics, {{all.begin(), all.end()}, *control_, *ingress_, direct_, edge_});
}

Server::~Server() { stop(); }

void Server::add_port(const Config::Listen& listen, Transport transport, const Dialect& dialect, bool secure) {
  if (listen.port < 0) return;
  ports_.push_back({{listen.bind, static_cast<std::uint16_t>(listen.port)}, transport, &dialect, secure});
}

/// Throws std::runtime_error: what is wrong with the certificate.
void Server::add_secure_ports(DaemonContext& context) {
  add_port(config_.tcps, Transport::kTcp, Dialect::kV2, true);
  add_port(config_.wss, Transport::kWebSocket, Dialect::kV2, true);
  add_port(config_.webim_tls, Transport::kWebSocket, Dialect::kWebim, true);
  if (!config_.has_tls()) return;
  auto loaded = ServerTls::load({config_.tls_certificate, config_.tls_key});
  if (!loaded.ok()) throw std::runtime_error(loaded.error().message);
  tls_ = std::move(loaded).value();
  log::info("TLS", {{"certificate", config_.tls_certificate},
                    {"ends", tls_->ends()},
                    {"in_the_kernel", kernel_has_tls() ? "yes" : "no, this kernel has no module \"tls\""}});
  context.live_keys.each_time("tls.certificate", [this] { return tls_->reload(); });
}

void Server::trace(const TraceRef& trace) {
  const std::size_t index = trace->conn().worker();
  if (index >= workers_.size()) return trace->end();
  workers_[index]->post([trace](Worker& worker) { worker.trace(trace); });
}

void Server::probe_ports() {
  for (ClientPort& port : ports_) port.endpoint.port = probe(port.endpoint);
}

/// They run from here on: a worker copies the table of the process and closes what is not its own before anybody opens
/// something in it, or a copy would keep a closed connection open.
void Server::make_workers() {
  const int count = worker_count(config_);
  const auto workers = static_cast<std::size_t>(count);
  const ClientRoom room =
      client_room(config_, context_.descriptors, workers,
                  descriptors_beside_clients(workers, ports_.size(), Worker::kToldFull), own_tables_work);
  own_tables_ = room.own_tables;
  const std::vector<int> before = open_descriptors();
  for (int i = 0; i < count; ++i)
    workers_.push_back(
        std::make_unique<Worker>(worker_config(config_, tls_.get(), room.each_worker, i), edge_, *control_));
  const std::vector<int> after = open_descriptors();
  std::vector<int> kept{STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO};
  std::set_difference(after.begin(), after.end(), before.begin(), before.end(), std::back_inserter(kept));
  std::vector<Worker*> all;
  all.reserve(workers_.size());
  for (const auto& worker : workers_) all.push_back(worker.get());
  for (Worker* worker : all) worker->set_peers(all);
  if (own_tables_) speaker_.start();
  for (Worker* worker : all) worker->start(own_tables_ ? kept : std::vector<int>());
}

void Server::start() {
  grpc_ =
      rpc::start_server(config_.grpc.listens_at(), {push_service_.get(), direct_service_.get(), admin_service_.get()},
                        {context_.descriptors.for_peers(config_.grpc.max_connections), {}});
  std::vector<ShardPort*> all;
  all.reserve(workers_.size());
  for (const auto& worker : workers_) {
    all.push_back(shards_.emplace_back(std::make_unique<WorkerShard>(*worker)).get());
  }
  // Clients are accepted once this comet has its number and epoch; until then they are refused and go elsewhere.
  open_listeners();
  control_->each_second([this] {
    log_troubles();
    if (tls_) tls_->tick(monotonic_now());
  });
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
          w.listen(port);
        } catch (const std::exception& error) {
          fail(error.what());
        }
      });
    }
    const char* kind = port.transport == Transport::kTcp         ? "tcp"
                       : port.transport == Transport::kWebSocket ? "websocket"
                                                                 : "websocket echo";
    log::info("client port", {{"for", kind},
                              {"dialect", port.dialect->name},
                              {"bind", port.endpoint.bind},
                              {"port", port.endpoint.port},
                              {"tls", port.secure}});
  }
}

std::size_t Server::open_connections() const {
  std::uint64_t open = 0;
  for (const auto& worker : workers_) open += worker->stats().connections.value();
  return open;
}

void Server::log_troubles() {
  std::vector<const WorkerStats*> all;
  all.reserve(workers_.size());
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
    for (const auto& worker : workers_)
      worker->post([portion](Worker& w) { w.close_some(CloseReason::kDraining, portion); });
    std::this_thread::sleep_for(step);
  }
  while (!control_->settled() && monotonic_now() + step < deadline) std::this_thread::sleep_for(step);
  log::info("drained", {{"connections_left", open_connections()}, {"settled", control_->settled()}});
}

void Server::stop() {
  if (grpc_) {
    grpc_->shutdown(std::chrono::milliseconds(500));
    grpc_.reset();
  }
  for (const auto& worker : workers_) worker->stop();
  speaker_.stop();
  if (control_) control_->stop();
}

}  // namespace im::comet
