#include "router/router_rpc.hpp"

#include <algorithm>

#include "common/base/batch.hpp"
#include "common/base/fault.hpp"
#include "common/registry/convert.hpp"
#include "common/rpc/server.hpp"
#include "im/router.grpc.pb.h"
#include "router/bind_guard.hpp"
#include "router/locate.hpp"
#include "router/nodes/node_rows.hpp"
#include "router/sessions/session_rows.hpp"
#include "router/state/node_polls.hpp"

namespace im::router {

namespace {

using Context = grpc::CallbackServerContext;
using Reactor = grpc::ServerUnaryReactor;
using grpc::StatusCode;

class RouterService final : public RouterRpc, public Router::CallbackService {
 public:
  explicit RouterService(RpcContext context) : context_(std::move(context)), state_(context_.state), polls_(state_) {}

  grpc::Service& service() override { return *this; }
  const RpcStats& stats() const override { return stats_; }
  void tick() override { polls_.wake(); }

  Reactor* Slots(Context* context, const SlotsRequest* request, SlotsReply* reply) override {
    const SlotView view = context_.keeper.view();
    const Standing standing = context_.keeper.standing();
    reply->set_router_id(state_.router_id());
    reply->set_version(view.version);
    reply->set_shared(context_.shared);
    reply->set_fresh(standing == Standing::kServing);
    reply->set_serving(standing != Standing::kDoubt);
    reply->set_clock_us(state_.heard_clock_us());
    if (request->router_id() == state_.router_id() && request->known_version() == view.version) return finish(context);
    for (const auto& [slot, epoch] : view.held) {
      reply->add_slots(static_cast<std::uint32_t>(slot));
      reply->add_epochs(epoch);
    }
    for (const RouterSeat& seat : view.live) {
      auto& peer = *reply->add_peers();
      peer.set_id(seat.id);
      peer.set_address(seat.address);
    }
    return finish(context);
  }

  // ---- node registry

  Reactor* RegisterNode(Context* context, const RegisterNodeRequest* request, RegisterNodeReply* reply) override {
    if (!registry::valid(request->node().kind()) || request->node().name().empty())
      return finish(context, {StatusCode::INVALID_ARGUMENT, "a node needs a kind and a name"});
    if (!keeps_registry()) return not_owner(context);
    state_.heard_clock(request->clock_us());
    const auto result =
        state_.register_node(row_of(registry::described_node_of(request->node())), instance(request->previous()));
    if (!result.ok()) return finish(context, {StatusCode::ALREADY_EXISTS, result.error().message});
    fill(*reply->mutable_self(), result.value().self);
    reply->set_kept(result.value().kept);
    reply->set_clock_us(state_.clock_us());
    reply->set_lease_ms(lease_ms());
    reply->set_router_id(state_.router_id());
    polls_.wake();
    auto* reactor = context->DefaultReactor();
    context_.durable([reactor] { reactor->Finish(grpc::Status::OK); });
    return reactor;
  }

  Reactor* RenewNode(Context* context, const RenewNodeRequest* request, RenewNodeReply* reply) override {
    if (!keeps_registry()) return not_owner(context);
    state_.heard_clock(request->clock_us());
    const registry::NodeRef node = registry::ref_of(request->node());
    reply->set_state(registry::to_wire(state_.renew(node.kind, node.name, node.epoch, registry::load_of(*request))));
    reply->set_clock_us(state_.clock_us());
    reply->set_lease_ms(lease_ms());
    reply->set_router_id(state_.router_id());
    return finish(context);
  }

  Reactor* UnregisterNode(Context* context, const UnregisterNodeRequest* request, UnregisterNodeReply*) override {
    if (!keeps_registry()) return not_owner(context);
    const registry::NodeRef node = registry::ref_of(request->node());
    state_.unregister(node.kind, node.name, node.epoch);
    state_.tick(firm());
    polls_.wake();
    return finish(context);
  }

  Reactor* ListNodes(Context* context, const ListNodesRequest* request, ListNodesReply* reply) override {
    if (!keeps_registry()) return not_owner(context);
    auto* reactor = context->DefaultReactor();
    polls_.add(reactor, *request, reply);
    return reactor;
  }

  // ---- sessions

  Reactor* Bind(Context* context, const BindRequest* request, BindReply* reply) override {
    SessionRow row = row_of(request->session());
    if (row.key.empty()) return finish(context, {StatusCode::INVALID_ARGUMENT, "a session needs a key"});
    if (!firm()) return not_owner(context);
    if (const auto refusal = bind_refusal(state_, *context, *request)) {
      ++stats_.binds_refused;
      return finish(context, *refusal);
    }
    const auto bound = state_.sessions().bind(std::move(row));
    if (!bound) return not_owner(context);
    if (fault::fire("router.after_bind")) return not_owner(context);
    if (fault::fire("router.forgets_bind"))
      state_.sessions().unbind(Uid(request->session().uid()), request->session().key(), bound->epoch);
    ++(bound->superseded ? stats_.superseded : stats_.binds);
    reply->set_session_epoch(bound->epoch.value());
    reply->set_key_elsewhere(bound->key_elsewhere);
    reply->set_former_elsewhere(bound->former_elsewhere.value());
    reply->set_superseded(bound->superseded);
    for (const auto& replaced : bound->replaced) fill(*reply->add_replaced(), replaced);
    return finish(context);
  }

  Reactor* TakeKey(Context* context, const TakeKeyRequest* request, TakeKeyReply* reply) override {
    if (!firm()) return not_owner(context);
    const KeyOwner taker{Uid(request->uid()),
                         SessionEpoch(request->session_epoch()),
                         {CometNumber(request->comet()), InstanceEpoch(request->comet_epoch())}};
    const auto taken = state_.sessions().take_key(taker, request->key());
    if (!taken) return not_owner(context);
    reply->set_former_elsewhere(taken->former_elsewhere.value());
    reply->set_superseded(taken->superseded);
    for (const auto& replaced : taken->replaced) fill(*reply->add_replaced(), replaced);
    return finish(context);
  }

  Reactor* Displace(Context* context, const DisplaceRequest* request, DisplaceReply* reply) override {
    if (!firm()) return not_owner(context);
    const auto rows =
        state_.sessions().displace(Uid(request->uid()), request->key(), SessionEpoch(request->session_epoch()));
    if (!rows) return not_owner(context);
    for (const auto& row : *rows) fill(*reply->add_replaced(), row);
    return finish(context);
  }

  Reactor* Unbind(Context* context, const UnbindRequest* request, UnbindReply* reply) override {
    if (!firm()) return not_owner(context);
    for (int at = 0; at < request->sessions_size(); ++at) {
      const auto& session = request->sessions(at);
      const auto unbound =
          state_.sessions().unbind(Uid(session.uid()), session.key(), SessionEpoch(session.session_epoch()));
      if (unbound.home) ++(unbound.removed ? stats_.unbinds : stats_.unbinds_stale);
      if (unbound.removed) reply->set_removed(reply->removed() + 1);
      if (!unbound.home) reply->add_not_home(static_cast<std::uint32_t>(at));
      if (!unbound.key_home) reply->add_not_key(static_cast<std::uint32_t>(at));
    }
    return finish(context);
  }

  Reactor* Locate(Context* context, const LocateRequest* request, LocateReply* reply) override {
    im::router::Locate(state_, stats_, firm()).answer(*request, *reply);
    return finish(context);
  }

  // ---- rooms and counts

  Reactor* UpdateRooms(Context* context, const UpdateRoomsRequest* request, UpdateRoomsReply* reply) override {
    const CometInstance comet = instance(request->comet());
    if (!firm()) return not_owner(context);
    if (const auto fault = comet_fault(state_, comet)) return finish(context, *fault);
    state_.with_rooms([&](RoomRegistry& rooms) {
      for (int at = 0; at < request->rooms_size(); ++at) {
        const auto& room = request->rooms(at);
        if (!rooms.presence(comet, room.room(), room.present(), room.version()))
          reply->add_not_owner(static_cast<std::uint32_t>(at));
      }
    });
    return finish(context);
  }

  Reactor* ReportOnline(Context* context, const ReportOnlineRequest* request, ReportOnlineReply* reply) override {
    const CometInstance comet = instance(request->comet());
    if (const auto fault = comet_fault(state_, comet)) return finish(context, *fault);
    RoomRegistry::Counts counts;
    for (const auto& room : request->rooms()) counts.emplace_back(room.room(), room.count());
    const auto since = request->since().find(state_.router_id());
    const auto known = since == request->since().end() ? 0 : since->second;
    const std::size_t bytes = request->reply_bytes() == 0 ? kMaxBatchBytes : request->reply_bytes();
    state_.with_rooms([&](RoomRegistry& rooms) {
      request->full() ? rooms.report_all(comet, {request->first(), request->behind()}, counts)
                      : rooms.report(comet, counts);
      const auto totals = rooms.totals(comet, known, std::min(bytes, kMaxBatchBytes));
      for (const auto& total : totals.counts) fill(*reply->add_totals(), total);
      (*reply->mutable_versions())[state_.router_id()] = totals.version;
    });
    return finish(context);
  }

  Reactor* Online(Context* context, const OnlineRequest* request, OnlineReply* reply) override {
    state_.with_rooms([&](const RoomRegistry& rooms) {
      std::size_t bytes = 0;
      for (const auto& room :
           rooms.top(request->top_type(), static_cast<std::size_t>(std::max(0, request->top_limit())))) {
        bytes += room.first.size() + kRoomBytes;
        reply->set_top_cut(bytes > kMaxBatchBytes);
        if (reply->top_cut()) break;
        fill(*reply->add_top(), room);
      }
      for (const auto& room : request->rooms()) fill(*reply->add_rooms(), {room, rooms.count(room)});
      reply->set_room_count(static_cast<std::int64_t>(rooms.size()));
    });
    for (const auto& node : state_.nodes(NodeKind::kComet)) {
      reply->set_conn_count(reply->conn_count() + node.connections);
      reply->set_ip_count(reply->ip_count() + node.clients);
    }
    reply->set_session_count(static_cast<std::int64_t>(state_.sessions().sessions()));
    reply->set_user_count(static_cast<std::int64_t>(state_.sessions().users()));
    return finish(context);
  }

 private:
  static Reactor* finish(Context* context, const grpc::Status& status = grpc::Status::OK) {
    auto* reactor = context->DefaultReactor();
    reactor->Finish(status);
    return reactor;
  }
  Reactor* not_owner(Context* context) {
    ++stats_.not_owner;
    return finish(context, {StatusCode::ABORTED, "another router has this slot"});
  }

  /// This router may answer for its slots.
  bool firm() const { return context_.keeper.standing() != Standing::kDoubt; }
  bool keeps_registry() const { return firm() && state_.leads(); }

  std::int64_t lease_ms() const {
    return std::chrono::duration_cast<std::chrono::milliseconds>(state_.lease()).count();
  }

  RpcContext context_;
  RouterState& state_;
  NodePolls polls_;
  RpcStats stats_;
};

}  // namespace

std::unique_ptr<RouterRpc> make_router_rpc(RpcContext context) {
  return std::make_unique<RouterService>(std::move(context));
}

}  // namespace im::router
