#include "logic/logic_rpc.hpp"

#include "common/base/when_all.hpp"
#include "common/rpc/call.hpp"
#include "im/logic.grpc.pb.h"
#include "im/router.grpc.pb.h"
#include "logic/goim/nodes_http.hpp"
#include "logic/receive_rpc.hpp"
#include "logic/routers/lost_logins.hpp"
#include "logic/routers/router_rooms.hpp"

namespace im::logic {

namespace {

using Context = grpc::CallbackServerContext;
using Reactor = grpc::ServerUnaryReactor;
namespace rt = im::router;

/// What a newer comet may send is taken for the newest that is known here.
ClientFamily family_of(im::Dialect dialect) {
  const auto known = static_cast<std::size_t>(dialect) < kClientFamilies;
  return known ? static_cast<ClientFamily>(dialect) : ClientFamily::kGoimV2;
}

class LogicRpc final : public Logic::CallbackService {
 public:
  LogicRpc(ConnectionService& connections, RequestRouter& requests, NodePolicy policy, RoutersPart& routers,
           PushFates& fates)
      : connections_(connections),
        receive_(connections, requests),
        nodes_(routers.nodes()),
        policy_(std::move(policy)),
        routers_(routers.calls()),
        registry_(routers.prompt_calls()),
        fates_(fates) {}

  Reactor* Connect(Context* context, const ConnectRequest* request, ConnectReply* reply) override {
    auto* reactor = context->DefaultReactor();
    const ConnectionService::Ask ask{{CometNumber(request->comet().number()), InstanceEpoch(request->comet().epoch())},
                                     ConnId(request->conn()),
                                     request->token(),
                                     request->cookie(),
                                     request->client_ip(),
                                     request->transport(),
                                     family_of(request->dialect()),
                                     request->unchecked_origin(),
                                     SessionEpoch(request->session_epoch()),
                                     [context] { return context->IsCancelled(); }};
    connections_.connect(ask, [this, context, reactor, reply](const Result<ConnectionService::Grant>& grant) {
      if (grant.ok() && context->IsCancelled()) connections_.take_back(grant.value());
      if (!grant.ok()) {
        reactor->Finish(rpc::to_grpc(grant.error()));
        return;
      }
      const Identity& identity = grant.value().identity;
      reply->set_uid(identity.uid.value());
      reply->set_key(identity.key);
      reply->set_room(identity.room);
      reply->mutable_accepts()->Add(identity.accepts.begin(), identity.accepts.end());
      reply->set_platform(identity.platform);
      reply->set_single_frames(identity.single_frames);
      reply->set_greeting(identity.greeting);
      reply->set_token_key(identity.token_key);
      reply->set_expires_in_ms(ms_until(identity.expires_s));
      reply->set_heartbeat_ms(grant.value().heartbeat.interval.count());
      reply->set_heartbeat_max(grant.value().heartbeat.max_missed);
      reply->set_session_epoch(grant.value().epoch.value());
      for (const ConnId conn : grant.value().replaced) reply->add_replaced(conn.raw());
      reactor->Finish(grpc::Status::OK);
    });
    return reactor;
  }

  Reactor* Disconnect(Context* context, const DisconnectRequest* request, DisconnectReply* reply) override {
    auto* reactor = context->DefaultReactor();
    std::vector<SessionEnd> sessions;
    std::vector<SessionEpoch> logins;
    for (const auto& session : request->sessions()) {
      const SessionEpoch epoch(session.session_epoch());
      if (session.key().empty()) {
        logins.push_back(epoch);
      } else {
        sessions.push_back({Uid(session.uid()), session.key(), epoch});
      }
    }
    WhenAll<std::int32_t> all([reactor, reply](const Result<std::int32_t>& removed) {
      if (removed.ok()) reply->set_removed(removed.value());
      reactor->Finish(removed.ok() ? grpc::Status::OK : rpc::to_grpc(removed.error()));
    });
    const CometInstance comet{CometNumber(request->comet().number()), InstanceEpoch(request->comet().epoch())};
    if (!logins.empty()) end_logins_at_routers(routers_, comet, logins, all.part());
    connections_.disconnect(std::move(sessions), all.part());
    return reactor;
  }

  Reactor* Receive(Context* context, const ReceiveRequest* request, ReceiveReply* reply) override {
    auto* reactor = context->DefaultReactor();
    receive_.receive(*request, *reply, [reactor] { reactor->Finish(grpc::Status::OK); });
    return reactor;
  }

  Reactor* Nodes(Context* context, const NodesRequest* request, NodesReply* reply) override {
    auto* reactor = context->DefaultReactor();
    reply->set_domain(policy_.domain);
    reply->set_tcp_port(policy_.tcp_port);
    reply->set_ws_port(policy_.ws_port);
    reply->set_wss_port(policy_.wss_port);
    reply->set_heartbeat(static_cast<std::int32_t>(policy_.heartbeat_s));
    for (auto& address : client_addresses(nodes_.nodes(), request->platform(), policy_))
      reply->add_nodes(std::move(address));
    reply->set_backoff_max_delay(policy_.backoff_max_delay);
    reply->set_backoff_base_delay(policy_.backoff_base_delay);
    reply->set_backoff_factor(static_cast<float>(policy_.backoff_factor));
    reply->set_backoff_jitter(static_cast<float>(policy_.backoff_jitter));
    reply->set_heartbeat_max(policy_.heartbeat_max);
    reactor->Finish(grpc::Status::OK);
    return reactor;
  }

  Reactor* Heartbeat(Context* context, const rt::RenewNodeRequest* request, rt::RenewNodeReply* reply) override {
    return to_registry(context, request, reply, &RouterCalls::Async::RenewNode);
  }
  Reactor* Register(Context* context, const rt::RegisterNodeRequest* request, rt::RegisterNodeReply* reply) override {
    return to_registry(context, request, reply, &RouterCalls::Async::RegisterNode);
  }
  Reactor* RenewOnline(Context* context, const rt::ReportOnlineRequest* request,
                       rt::ReportOnlineReply* reply) override {
    auto* reactor = context->DefaultReactor();
    report_online_at_routers(routers_, *request, [reactor, reply](Result<rt::ReportOnlineReply> answer) {
      if (answer.ok()) *reply = std::move(answer).value();
      reactor->Finish(answer.ok() ? grpc::Status::OK : rpc::to_grpc(answer.error()));
    });
    return reactor;
  }
  Reactor* UpdateRooms(Context* context, const rt::UpdateRoomsRequest* request, rt::UpdateRoomsReply*) override {
    auto* reactor = context->DefaultReactor();
    update_rooms_at_routers(routers_, *request, [reactor](const Status& status) {
      reactor->Finish(status.ok() ? grpc::Status::OK : rpc::to_grpc(status.error()));
    });
    return reactor;
  }
  Reactor* ReportFates(Context* context, const FatesRequest* request, FatesReply*) override {
    auto* reactor = context->DefaultReactor();
    const CometInstance comet{CometNumber(request->comet().number()), InstanceEpoch(request->comet().epoch())};
    WhenAll<> all([reactor](const Status& status) {
      reactor->Finish(status.ok() ? grpc::Status::OK : rpc::to_grpc(status.error()));
    });
    for (const auto& fate : request->fates()) {
      const FateCounts counts{fate.delivered(), fate.missed(), fate.dropped(), fate.unwanted()};
      fates_.reported(fate.name(), comet, counts, all.part());
    }
    return reactor;
  }

 private:
  template <class Request, class Reply>
  Reactor* to_registry(Context* context, const Request* request, Reply* reply,
                       RouterCalls::Method<Request, Reply> method) {
    auto* reactor = context->DefaultReactor();
    registry_.to_owner<Reply>(kRegistrySlot, *request, method, [reactor, reply](Result<Reply> answer) {
      if (answer.ok()) *reply = std::move(answer).value();
      reactor->Finish(answer.ok() ? grpc::Status::OK : rpc::to_grpc(answer.error()));
    });
    return reactor;
  }

  ConnectionService& connections_;
  ReceiveRpc receive_;
  const NodeList& nodes_;
  const NodePolicy policy_;
  RouterCalls& routers_;
  RouterCalls& registry_;
  PushFates& fates_;
};

}  // namespace

std::unique_ptr<grpc::Service> make_logic_service(ConnectionService& connections, RequestRouter& requests,
                                                  NodePolicy policy, RoutersPart& routers, PushFates& fates) {
  return std::make_unique<LogicRpc>(connections, requests, std::move(policy), routers, fates);
}

}  // namespace im::logic
