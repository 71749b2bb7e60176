#include "comet/cluster/grpc_logic_gateway.hpp"

#include <atomic>
#include <memory>

#include "common/registry/convert.hpp"
#include "common/rpc/call.hpp"
#include "common/rpc/channel_group.hpp"
#include "im/logic.grpc.pb.h"

namespace im::comet {

namespace {

void fill(im::CometRef& out, const CometInstance& comet) {
  out.set_number(comet.number.value());
  out.set_epoch(comet.epoch.value());
}

void fill(im::Session& out, const SessionRecord& session, const CometInstance& comet) {
  out.set_uid(session.uid.value());
  out.set_key(session.key);
  out.set_session_epoch(session.epoch.value());
  out.set_comet(comet.number.value());
  out.set_comet_epoch(comet.epoch.value());
  out.set_conn(session.conn.raw());
  out.set_platform(session.platform);
  out.set_client_ip(session.client_ip);
}

void fill(im::router::RoomPresence& out, const RoomPresence& room) {
  out.set_room(room.room);
  out.set_present(room.present);
  out.set_version(room.version);
}

static_assert(static_cast<int>(ClientFamily::kGoimV2) == im::DIALECT_GOIM_V2);
static_assert(static_cast<int>(ClientFamily::kGoimV1) == im::DIALECT_GOIM_V1);
static_assert(static_cast<int>(ClientFamily::kWebim) == im::DIALECT_WEBIM);
im::Dialect wire_of(ClientFamily family) { return static_cast<im::Dialect>(family); }

void fill(im::logic::CallerSession& out, Caller caller) {
  out.set_uid(caller.uid.value());
  out.set_key(std::move(caller.key));
  out.set_device(std::move(caller.device));
  out.set_session_epoch(caller.epoch.value());
  fill(*out.mutable_comet(), caller.comet);
  out.set_conn(caller.conn.raw());
  out.set_dialect(wire_of(caller.family));
  out.set_client_ip(std::move(caller.client_ip));
  out.set_transport(std::move(caller.transport));
  out.set_said_hello(caller.said_hello);
}

ReceiveAnswer answer_of(const im::logic::ReceiveReply& reply) {
  ReceiveAnswer answer;
  answer.op = reply.operation();
  answer.body = reply.body();
  if (reply.has_failure())
    answer.failure = {reply.failure().code(), reply.failure().error(), reply.failure().retry_ms()};
  const auto& change = reply.session();
  answer.renewed = change.renewed();
  answer.expires_in = std::chrono::milliseconds(change.expires_in_ms());
  answer.token_key = change.token_key();
  if (change.has_hello()) answer.hello = {change.hello().device(), change.hello().max_body()};
  return answer;
}

ConnectGrant grant_of(const im::logic::ConnectReply& reply) {
  ConnectGrant grant;
  grant.uid = Uid(reply.uid());
  grant.key = reply.key();
  grant.room = reply.room();
  grant.accepts.assign(reply.accepts().begin(), reply.accepts().end());
  grant.heartbeat = std::chrono::milliseconds(reply.heartbeat_ms());
  grant.heartbeat_max = reply.heartbeat_max();
  grant.epoch = SessionEpoch(reply.session_epoch());
  for (const auto raw : reply.replaced()) grant.replaced.emplace_back(raw);
  grant.platform = reply.platform();
  grant.expires_in = std::chrono::milliseconds(reply.expires_in_ms());
  grant.single_frames = reply.single_frames();
  grant.greeting = reply.greeting();
  grant.token_key = reply.token_key();
  return grant;
}

class GrpcLogicGateway final : public LogicGateway {
 public:
  explicit GrpcLogicGateway(const LogicGatewayConfig& config) : deadline_(config.deadline) { use(config.addresses); }

  void use(const std::vector<std::string>& addresses) override {
    logics_ = std::make_shared<Logics>(addresses, pki::Role::kLogic);
    prompt_ = std::make_shared<Logics>(addresses, pki::Role::kLogic);
  }

  std::function<void()> connect(ConnectAsk ask, Done<ConnectGrant> done) override {
    im::logic::ConnectRequest request;
    fill(*request.mutable_comet(), ask.comet);
    request.set_conn(ask.conn.raw());
    request.set_session_epoch(ask.order.value());
    request.set_token(std::move(ask.token));
    request.set_cookie(std::move(ask.cookie));
    request.set_client_ip(std::move(ask.client_ip));
    request.set_unchecked_origin(std::move(ask.unchecked_origin));
    request.set_transport(std::move(ask.transport));
    request.set_dialect(wire_of(ask.family));
    return call<im::logic::ConnectReply>(std::move(request), &Async::Connect, std::move(done), grant_of);
  }

  void disconnect(CometInstance comet, std::vector<SessionRecord> sessions, Done<Ok> done) override {
    im::logic::DisconnectRequest request;
    fill(*request.mutable_comet(), comet);
    for (const auto& session : sessions) fill(*request.add_sessions(), session, comet);
    call<im::logic::DisconnectReply>(std::move(request), &Async::Disconnect, std::move(done),
                                     nothing<im::logic::DisconnectReply>);
  }

  void receive(ReceiveAsk ask, Done<ReceiveAnswer> done) override {
    im::logic::ReceiveRequest request;
    fill(*request.mutable_caller(), std::move(ask.caller));
    request.set_version(ask.version);
    request.set_operation(ask.op);
    request.set_seq(ask.seq);
    request.set_body(std::move(ask.body));
    call<im::logic::ReceiveReply>(std::move(request), &Async::Receive, std::move(done), answer_of);
  }

  void register_node(const registry::Node& self, CometInstance previous, std::int64_t clock_us,
                     Done<registry::Registration> done) override {
    call_by<im::router::RegisterNodeReply>(prompt_.load(), registry::register_request(self, previous, clock_us),
                                           &Async::Register, std::move(done), registry::registration_of);
  }

  void renew(const registry::NodeRef& self, const registry::NodeLoad& load, std::int64_t clock_us,
             Done<registry::Renewal> done) override {
    call_by<im::router::RenewNodeReply>(prompt_.load(), registry::renew_request(self, load, clock_us),
                                        &Async::Heartbeat, std::move(done), registry::renewal_of);
  }

  void update_rooms(CometInstance comet, std::vector<RoomPresence> rooms, Done<Ok> done) override {
    im::router::UpdateRoomsRequest request;
    fill(*request.mutable_comet(), comet);
    for (const auto& room : rooms) fill(*request.add_rooms(), room);
    call<im::router::UpdateRoomsReply>(std::move(request), &Async::UpdateRooms, std::move(done),
                                       nothing<im::router::UpdateRoomsReply>);
  }

  void report_fates(CometInstance comet, std::vector<FateReport> fates, Done<Ok> done) override {
    im::logic::FatesRequest request;
    fill(*request.mutable_comet(), comet);
    for (FateReport& fate : fates) {
      auto& out = *request.add_fates();
      out.set_name(std::move(fate.name));
      out.set_delivered(fate.counts.delivered);
      out.set_missed(fate.counts.missed);
      out.set_dropped(fate.counts.dropped);
      out.set_unwanted(fate.counts.unwanted);
    }
    call<im::logic::FatesReply>(std::move(request), &Async::ReportFates, std::move(done),
                                nothing<im::logic::FatesReply>);
  }

  void report_online(CometInstance comet, CountReport report, TotalsVersions since, Done<OnlineTotals> done) override {
    im::router::ReportOnlineRequest request;
    fill(*request.mutable_comet(), comet);
    request.set_full(report.full);
    request.set_first(std::move(report.first));
    request.set_behind(std::move(report.behind));
    request.mutable_since()->insert(since.begin(), since.end());
    for (auto& [room, count] : report.counts) {
      auto& out = *request.add_rooms();
      out.set_room(std::move(room));
      out.set_count(count);
    }
    call<im::router::ReportOnlineReply>(std::move(request), &Async::RenewOnline, std::move(done),
                                        [](const im::router::ReportOnlineReply& reply) {
                                          OnlineTotals totals;
                                          totals.versions.insert(reply.versions().begin(), reply.versions().end());
                                          for (const auto& room : reply.totals())
                                            totals.totals.emplace_back(room.room(), room.count());
                                          return totals;
                                        });
  }

 private:
  using Async = im::logic::Logic::StubInterface::async_interface;
  using Logics = rpc::StubGroup<im::logic::Logic>;
  template <class Request, class Reply>
  using Method = void (Async::*)(grpc::ClientContext*, const Request*, Reply*, std::function<void(grpc::Status)>);

  template <class Reply>
  static Ok nothing(const Reply&) {
    return {};
  }

  template <class Reply, class Request, class T, class Convert>
  std::function<void()> call(Request request, Method<Request, Reply> method, Done<T> done, Convert convert) {
    return call_by<Reply>(logics_.load(), std::move(request), method, std::move(done), convert);
  }

  template <class Reply, class Request, class T, class Convert>
  std::function<void()> call_by(std::shared_ptr<Logics> logics, Request request, Method<Request, Reply> method,
                                Done<T> done, Convert convert) {
    return rpc::call<Reply>(
        std::move(request), deadline_,
        [logics = std::move(logics), method](grpc::ClientContext* context, const Request* ask, Reply* reply,
                                             std::function<void(grpc::Status)> finish) {
          context->set_wait_for_ready(true);
          (logics->next().async()->*method)(context, ask, reply, std::move(finish));
        },
        // Lives as long as the call.
        [logics, done = std::move(done), convert](Result<Reply> reply) {
          if (reply.ok()) {
            done(convert(reply.value()));
          } else {
            done(reply.error());
          }
        });
  }

  std::chrono::milliseconds deadline_;
  std::atomic<std::shared_ptr<Logics>> logics_;
  /// Connections of the lease: on the others it would wait behind ten thousand requests.
  std::atomic<std::shared_ptr<Logics>> prompt_;
};

}  // namespace

std::unique_ptr<LogicGateway> make_grpc_logic_gateway(const LogicGatewayConfig& config) {
  return std::make_unique<GrpcLogicGateway>(config);
}

}  // namespace im::comet
