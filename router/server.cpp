#include "router/server.hpp"

#include <future>
#include <random>
#include <utility>

#include <grpcpp/server.h>

#include "common/base/log.hpp"
#include "common/daemon/self_node.hpp"
#include "common/rpc/server.hpp"
#include "router/nodes/grpc_peer_gateway.hpp"
#include "router/router_metrics.hpp"
#include "router/state/grpc_comet_snapshots.hpp"

namespace im::router {

namespace {

constexpr std::chrono::milliseconds kTick{100};
constexpr std::size_t kMarksPerSlot = 4096;  // 4 million users come and go before anything is told anew
/// A login is answered by logic within its deadlines (2 s each), so after this it has reached its comet or failed.
constexpr std::chrono::seconds kLogin{10};

/// Nothing beside this router's own memory.
class NoJournal final : public SlotJournal {
 public:
  void put(std::size_t, std::string, std::string) override {}
  void erase(std::size_t, std::string) override {}
};

/// Grows with each start; two routers that start in the same millisecond differ. Below 2^53.
RouterId make_router_id() {
  std::random_device random;
  return static_cast<RouterId>(unix_ms()) << 12 | (random() & 0xfffU);
}

RouterSeat seat_of(const Config& config) { return {make_router_id(), config.grpc.reached_at()}; }

KeeperConfig keeper_config(const Config& config) {
  KeeperConfig keeper;
  keeper.lease = config.router_lease;
  keeper.every = config.router_lease / 5;
  keeper.margin = config.router_lease / 5;
  return keeper;
}

CallOptions call_options(const CallsConfig& config, bool shared) {
  CallOptions options;
  options.rebuild = !shared;
  options.times = {config.ring.count(),        config.setup.count(),  config.heartbeat.count(),
                   config.caller_lost.count(), config.resume.count(), config.resume_media.count(),
                   config.empty.count(),       config.alone.count(),  config.longest.count(),
                   config.kept.count()};
  options.limits.video = static_cast<std::size_t>(config.video_parties);
  options.limits.audio = static_cast<std::size_t>(config.audio_parties);
  options.max_calls = static_cast<std::size_t>(config.max_calls);
  return options;
}

/// Of the system: party tokens are made of it.
std::function<std::uint64_t()> random_bits() {
  return [device = std::make_shared<std::random_device>()] {
    return static_cast<std::uint64_t>((*device)()) << 32 | (*device)();
  };
}

}  // namespace

Server::Server(const Config& config, DaemonContext& context)
    : config_(config),
      context_(context),
      seat_(seat_of(config)),
      store_(config.redis),
      shared_(store_.on_redis()),
      writer_(domain_, store_.store(), seat_.id),
      no_journal_(shared_ ? nullptr : std::make_unique<NoJournal>()),
      state_(seat_.id, config.lease, journal()),
      keeper_(keeper_config(config), seat_, domain_, store_.store(), state_, writer_),
      calls_(call_options(config.calls, shared_), journal(), random_bits()),
      calls_rpc_(make_calls_rpc(calls_context())),
      events_(event_sources(), kMarksPerSlot),
      events_rpc_(make_events_rpc(
          events_, [this](Uid uid) { return live_sessions(uid); },
          [this](std::int64_t call) { return calls_rpc_->told(CallId(static_cast<std::uint64_t>(call))); })),
      kv_(make_kv_rpc(
          config.kv_max_bytes.value, journal(),
          {[this] { return keeper_.standing() != Standing::kDoubt; }, [this] { return state_.clock_us() / 1000; }})),
      watchers_({}),
      presence_(make_presence_rpc(watchers_, [this] { return keeper_.standing() != Standing::kDoubt; })),
      users_(make_users_rpc(state_.sessions(), [this] { return keeper_.standing() != Standing::kDoubt; })),
      rpc_(make_router_rpc({state_, keeper_, shared_,
                            [this](std::function<void()> done) {
                              durable(kRegistrySlot, [done = std::move(done)](bool) { done(); });
                            }})),
      snapshots_(make_grpc_comet_snapshots()),
      peers_(make_grpc_peer_gateway()),
      rebuilder_(std::make_shared<Rebuilder>(domain_, state_, *snapshots_, kLogin)),
      comparer_(std::make_shared<Comparer>(domain_, state_, *snapshots_, *rebuilder_)),
      registry_(std::make_unique<RegistryLink>(domain_, state_,
                                               self_node(registry::NodeKind::kRouter, context.node, seat_.address),
                                               [this] { return registry_keeper(); })) {
  if (config.first_start) state_.begin_first();
  state_.add_board(*kv_);
  state_.add_board(calls_);
  state_.add_board(watchers_);
  state_.add_board(events_);
  state_.sessions().tell(events_);
  calls_.tell(events_);
  if (shared_) context_.health.set("redis", false, "connecting");
  context_.health.set("slots", false, "none yet");
  context.metrics.add([this](MetricsPage& page) {
    page.counter("im_router_grpc_refused_total", "gRPC connections closed because grpc.max_connections were open.",
                 grpc_ ? static_cast<double>(grpc_->refused()) : 0);
  });
  if (shared_) add_redis_metrics(context.metrics, store_);
  add_metrics(context.metrics,
              {state_, keeper_, writer_, *rebuilder_, *comparer_, *rpc_, *kv_, events_, calls_, watchers_});
}

Server::~Server() { stop(); }

EventBoard::Sources Server::event_sources() {
  return {.subjects =
              [this](std::size_t slot) {
                std::vector<Subject> subjects;
                for (const Uid uid : state_.sessions().users_of(slot))
                  subjects.push_back({EventKind::kUser, uid.value()});
                for (const CallId call : calls_.untold(slot))
                  subjects.push_back({EventKind::kCall, static_cast<std::int64_t>(call.value())});
                return subjects;
              },
          .known = [this](std::size_t slot) { return state_.complete(slot); },
          .news = [this] { domain_.post([this] { events_rpc_->tick(); }); }};
}

std::vector<SessionRow> Server::live_sessions(Uid uid) {
  return state_.sessions().by_uid(uid).value_or(std::vector<SessionRow>{});
}

SlotKeeper::Hooks Server::hooks() {
  SlotKeeper::Hooks hooks;
  hooks.ask_peer = [this](const RouterSeat& peer, std::function<void(PeerSays)> done) {
    peers_->ask(peer.address, [this, done = std::move(done)](PeerAnswer answer) {
      domain_.post([this, done, answer] {
        state_.heard_clock(answer.clock_us);
        done({answer.lease, answer.clock_us > 0});
      });
    });
  };
  return hooks;
}

std::string Server::registry_keeper() const { return keeper_.address_of_owner(kRegistrySlot); }

/// True when the changes of the slot are in the store, false when the store does not take them.
void Server::durable(std::size_t slot, std::function<void(bool)> done) {
  if (!shared_) return done(true);
  domain_.post([this, slot, done = std::move(done)] { writer_.settle(slot, done); });
}

CallsRpc::Context Server::calls_context() {
  return {.calls = calls_,
          .firm = [this] { return keeper_.standing() != Standing::kDoubt; },
          .now = [this] { return state_.clock_us() / 1000; },
          .durable = [this](std::size_t slot, std::function<void(bool)> done) { durable(slot, std::move(done)); }};
}

void Server::start() {
  grpc_ = rpc::start_server(config_.grpc.listens_at(),
                            {&rpc_->service(), &kv_->service(), &events_rpc_->service(), &calls_rpc_->service(),
                             &presence_->service(), users_.get()},
                            {context_.descriptors.for_peers(config_.grpc.max_connections), {}});
  domain_.start();
  store_.start();
  domain_.post([this] {
    if (shared_)
      writer_.start([this](std::size_t slot) { return state_.dump(slot); },
                    [this](std::size_t slot) { keeper_.fenced(slot); });
    keeper_.start(hooks());
    rebuilder_->start();
    comparer_->start();
    registry_->start();
    tick();
    give_back_memory();
  });
}

void Server::tick() {
  const Standing standing = keeper_.standing();
  state_.tick(standing != Standing::kDoubt);
  rpc_->tick();
  calls_.tick(state_.clock_us() / 1000);
  events_rpc_->tick();
  kv_->tick();
  watchers_.tick(monotonic_now());
  tell_redis_health();
  const bool leased = standing != Standing::kDoubt && !keeper_.view().live.empty();
  context_.health.set("slots", leased, leased ? "" : "no lease: another router may have the slots of this one");
  domain_.post_after(kTick, [this] { tick(); });
}

/// What a login passes through takes some hundred bytes; after a burst those would stay with the process for ever.
void Server::give_back_memory() {
  const RpcStats& stats = rpc_->stats();
  if (burst_.over(stats.binds + stats.unbinds + rebuilder_->stats().restored, false)) give_back_heap();
  domain_.post_after(std::chrono::seconds(1), [this] { give_back_memory(); });
}

/// A router becomes ready when it has seen Redis once; when Redis goes, it goes on with what it has.
void Server::tell_redis_health() {
  if (!shared_) return;
  std::string detail;
  redis_seen_ |= store_.up(&detail);
  context_.health.set("redis", redis_seen_, detail);
}

/// The slots go to the other routers in order; with a memory store there is nobody to take them.
void Server::drain(std::chrono::steady_clock::time_point deadline) {
  if (!shared_) return;
  auto left = std::make_shared<std::promise<void>>();
  auto answer = left->get_future();
  const auto patience = std::chrono::duration_cast<std::chrono::milliseconds>(deadline - monotonic_now());
  domain_.post([this, left, patience] { keeper_.leave(patience, [left] { left->set_value(); }); });
  if (answer.wait_until(deadline) != std::future_status::ready) log::warn("not all slots could be given away in time");
}

void Server::stop() {
  if (std::exchange(stopped_, true)) return;
  domain_.run_and_wait(
      [this] {
        registry_->leave();
        registry_->stop();
        comparer_->stop();
        rebuilder_->stop();
        keeper_.stop();
        writer_.stop();
        rpc_->tick();  // long polls end
        events_rpc_->stop();
      },
      std::chrono::seconds(1));
  if (grpc_) grpc_->shutdown(std::chrono::seconds(1));
  snapshots_.reset();
  peers_.reset();
  store_.stop();
  domain_.stop();
}

}  // namespace im::router
