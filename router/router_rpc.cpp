#include "router/router_rpc.hpp"

#include <algorithm>
#include <mutex>

#include "common/rpc/server.hpp"
#include "im/router.grpc.pb.h"
#include "router/rpc_rows.hpp"

namespace im::router {

namespace {

using Context = grpc::CallbackServerContext;
using Reactor = grpc::ServerUnaryReactor;
constexpr std::size_t kMaxWaiters = 10000;

class Service final : public RouterRpc, public Router::CallbackService {
 public:
  explicit Service(RouterState& state) : state_(state) {}
  ~Service() override {
    for (const Waiter& waiter : waiters_) waiter.reactor->Finish({grpc::StatusCode::UNAVAILABLE, "the router stops"});
  }

  grpc::Service& service() override { return *this; }
  const RpcStats& stats() const override { return stats_; }

  Reactor* RegisterNode(Context* context, const RegisterNodeRequest* request, RegisterNodeReply* reply) override {
    if (!valid_kind(request->node().kind()) || request->node().name().empty()) {
      return finish(context, {grpc::StatusCode::INVALID_ARGUMENT, "a node needs a kind and a name"});
    }
    const auto result = state_.register_node(node_of(request->node()), instance(request->previous()));
    if (!result.ok()) return finish(context, {grpc::StatusCode::ALREADY_EXISTS, result.error().message});
    fill(*reply->mutable_self(), result.value().self);
    reply->set_kept(result.value().kept);
    reply->set_lease_ms(lease_ms());
    reply->set_router_id(state_.router_id());
    wake();
    return finish(context);
  }

  Reactor* RenewNode(Context* context, const RenewNodeRequest* request, RenewNodeReply* reply) override {
    const NodeRef& node = request->node();
    const NodeRegistry::Load load{request->conn_count(), request->ip_count(),
                                  request->weight(),     request->offline() || request->draining(),
                                  request->draining(),   request->roomless_count()};
    const auto lease = state_.renew(static_cast<NodeKind>(node.kind()), node.name(), InstanceEpoch(node.epoch()), load);
    reply->set_state(lease == NodeRegistry::Lease::kOk       ? RenewNodeReply::OK
                     : lease == NodeRegistry::Lease::kFenced ? RenewNodeReply::FENCED
                                                             : RenewNodeReply::UNKNOWN);
    reply->set_lease_ms(lease_ms());
    reply->set_router_id(state_.router_id());
    return finish(context);
  }

  Reactor* UnregisterNode(Context* context, const UnregisterNodeRequest* request, UnregisterNodeReply*) override {
    const NodeRef& node = request->node();
    state_.unregister(static_cast<NodeKind>(node.kind()), node.name(), InstanceEpoch(node.epoch()));
    wake();
    return finish(context);
  }

  Reactor* ListNodes(Context* context, const ListNodesRequest* request, ListNodesReply* reply) override {
    auto* reactor = context->DefaultReactor();
    const Waiter waiter{
        reactor, request->kind(), reply,
        monotonic_now() + std::chrono::milliseconds(std::clamp<std::int64_t>(request->wait_ms(), 0, 30000))};
    {
      const std::lock_guard lock(mutex_);
      const bool news = request->after_version() == 0 || state_.nodes_version() != request->after_version();
      if (!news && request->wait_ms() > 0 && waiters_.size() < kMaxWaiters) {
        waiters_.push_back(waiter);
        return reactor;
      }
    }
    answer(waiter);
    return reactor;
  }

  Reactor* Bind(Context* context, const BindRequest* request, BindReply* reply) override {
    SessionRow row = row_of(request->session());
    if (row.key.empty()) return finish(context, {grpc::StatusCode::INVALID_ARGUMENT, "a session needs a key"});
    if (!state_.alive(row.comet)) {
      ++stats_.binds_refused;
      return finish(context, {grpc::StatusCode::FAILED_PRECONDITION, "the lease of this comet is over"});
    }
    // Binds at the same moment may pass the limit by a few: it bounds, it does not count.
    const auto limit = static_cast<std::size_t>(std::max(0, request->max_sessions()));
    if (limit > 0 && row.uid.value() > 0 && state_.sessions().by_uid(row.uid).size() >= limit) {
      ++stats_.binds_refused;
      return finish(context, {grpc::StatusCode::RESOURCE_EXHAUSTED, "this user has too many sessions"});
    }
    ++stats_.binds;
    const auto bound = state_.sessions().bind(std::move(row));
    reply->set_session_epoch(bound.epoch.value());
    for (const auto& replaced : bound.replaced) fill(*reply->add_replaced(), replaced);
    return finish(context);
  }

  Reactor* Unbind(Context* context, const UnbindRequest* request, UnbindReply* reply) override {
    std::int32_t removed = 0;
    for (const auto& session : request->sessions()) {
      const bool gone =
          state_.sessions().unbind(Uid(session.uid()), session.key(), SessionEpoch(session.session_epoch()));
      removed += gone ? 1 : 0;
      ++(gone ? stats_.unbinds : stats_.unbinds_stale);
    }
    reply->set_removed(removed);
    return finish(context);
  }

  Reactor* Locate(Context* context, const LocateRequest* request, LocateReply* reply) override {
    ++stats_.locates;
    // Asked first: what was bound before the answer is either found or the answer says "not complete".
    const bool complete = state_.complete();
    for (const auto uid : request->uids()) {
      auto& out = *reply->add_by_uid();
      for (const auto& row : state_.sessions().by_uid(Uid(uid))) fill(*out.add_sessions(), row);
    }
    for (const auto& key : request->keys()) {
      auto& out = *reply->add_by_key();
      for (const auto& row : state_.sessions().by_key(key)) fill(*out.add_sessions(), row);
    }
    stats_.located += static_cast<unsigned>(request->uids_size()) + static_cast<unsigned>(request->keys_size()) +
                      static_cast<unsigned>(request->rooms_size());
    state_.with_rooms([&](const RoomRegistry& rooms) {
      for (const auto& room : request->rooms()) {
        auto& out = *reply->add_by_room();
        for (const auto& comet : rooms.comets(room, [this](CometInstance c) { return state_.alive(c); }))
          fill(*out.add_comets(), comet);
      }
    });
    if (request->nodes() || !complete) {
      for (const auto& comet : state_.live_comets()) fill(*reply->add_nodes(), comet);
    }
    reply->set_complete(complete);
    return finish(context);
  }

  Reactor* UpdateRooms(Context* context, const UpdateRoomsRequest* request, UpdateRoomsReply*) override {
    const CometInstance comet = instance(request->comet());
    if (!state_.alive(comet))
      return finish(context, {grpc::StatusCode::FAILED_PRECONDITION, "the lease of this comet is over"});
    state_.with_rooms([&](RoomRegistry& rooms) { presence(rooms, comet, request->rooms()); });
    return finish(context);
  }

  Reactor* ReportOnline(Context* context, const ReportOnlineRequest* request, ReportOnlineReply* reply) override {
    const CometInstance comet = instance(request->comet());
    if (!state_.alive(comet))
      return finish(context, {grpc::StatusCode::FAILED_PRECONDITION, "the lease of this comet is over"});
    RoomRegistry::Counts counts;
    for (const auto& room : request->rooms()) counts.emplace_back(room.room(), room.count());
    state_.with_rooms([&](RoomRegistry& rooms) {
      rooms.report(comet, request->full(), counts);
      for (const auto& total : rooms.totals(comet, request->since())) fill(*reply->add_totals(), total);
      reply->set_version(rooms.version());
    });
    return finish(context);
  }

  Reactor* Online(Context* context, const OnlineRequest* request, OnlineReply* reply) override {
    state_.with_rooms([&](const RoomRegistry& rooms) {
      for (const auto& room :
           rooms.top(request->top_type(), static_cast<std::size_t>(std::max(0, request->top_limit())))) {
        fill(*reply->add_top(), room);
      }
      for (const auto& room : request->rooms()) fill(*reply->add_rooms(), {room, rooms.count(room)});
      reply->set_room_count(static_cast<std::int64_t>(rooms.size()));
    });
    for (const auto& node : state_.nodes(NodeKind::kComet)) {
      reply->set_conn_count(reply->conn_count() + node.connections);
      reply->set_ip_count(reply->ip_count() + node.addresses_seen);
    }
    reply->set_session_count(static_cast<std::int64_t>(state_.sessions().sessions()));
    reply->set_user_count(static_cast<std::int64_t>(state_.sessions().users()));
    return finish(context);
  }

  Reactor* Restore(Context* context, const RestoreRequest* request, RestoreReply*) override {
    const CometInstance comet = instance(request->comet());
    if (!state_.alive(comet))
      return finish(context, {grpc::StatusCode::FAILED_PRECONDITION, "the lease of this comet is over"});
    for (const auto& session : request->sessions()) {
      SessionRow row = row_of(session);
      row.comet = comet;
      stats_.restored += state_.sessions().restore(row) ? 1 : 0;
    }
    state_.with_rooms([&](RoomRegistry& rooms) { presence(rooms, comet, request->rooms()); });
    if (request->last()) state_.restored(comet);
    return finish(context);
  }

  void tick() override { wake(); }

 private:
  struct Waiter {
    Reactor* reactor;
    im::NodeKind kind;
    ListNodesReply* reply;
    TimePoint until;
  };

  static Reactor* finish(Context* context, const grpc::Status& status = grpc::Status::OK) {
    auto* reactor = context->DefaultReactor();
    reactor->Finish(status);
    return reactor;
  }

  template <class Rooms>
  static void presence(RoomRegistry& registry, CometInstance comet, const Rooms& rooms) {
    for (const auto& room : rooms) registry.presence(comet, room.room(), room.present(), room.version());
  }

  std::int64_t lease_ms() const {
    return std::chrono::duration_cast<std::chrono::milliseconds>(state_.lease()).count();
  }

  void answer(const Waiter& waiter) {
    waiter.reply->set_version(state_.nodes_version());
    const auto kind =
        waiter.kind == im::NODE_UNKNOWN ? std::nullopt : std::optional(static_cast<NodeKind>(waiter.kind));
    for (const auto& node : state_.nodes(kind)) fill(*waiter.reply->add_nodes(), node);
    waiter.reply->set_router_id(state_.router_id());
    waiter.reactor->Finish(grpc::Status::OK);
  }

  void wake() {
    std::vector<Waiter> due;
    {
      const std::lock_guard lock(mutex_);
      const bool news = std::exchange(seen_version_, state_.nodes_version()) != state_.nodes_version();
      const TimePoint now = monotonic_now();
      const auto done = std::stable_partition(waiters_.begin(), waiters_.end(),
                                              [&](const Waiter& waiter) { return !news && waiter.until > now; });
      due.assign(done, waiters_.end());
      waiters_.erase(done, waiters_.end());
    }
    for (const Waiter& waiter : due) answer(waiter);
  }

  RouterState& state_;
  RpcStats stats_;
  std::mutex mutex_;
  std::vector<Waiter> waiters_;
  std::uint64_t seen_version_ = 0;
};

}  // namespace

std::unique_ptr<RouterRpc> make_router_rpc(RouterState& state) { return std::make_unique<Service>(state); }

}  // namespace im::router
