#include "logic/grpc_session_directory.hpp"

#include "common/rpc/call.hpp"
#include "im/router.grpc.pb.h"
#include "logic/locate_batcher.hpp"

namespace im::logic {

namespace {

constexpr std::size_t kMaxWaiting = 20000;

CometInstance instance(const im::CometRef& ref) { return {CometNumber(ref.number()), InstanceEpoch(ref.epoch())}; }

SessionInfo info_of(const im::Session& session) {
  return {Uid(session.uid()),
          session.key(),
          {CometNumber(session.comet()), InstanceEpoch(session.comet_epoch())},
          ConnId(session.conn()),
          SessionEpoch(session.session_epoch()),
          session.platform(),
          session.client_ip(),
          session.room()};
}

template <class List>
std::vector<SessionInfo> infos_of(const List& list) {
  std::vector<SessionInfo> infos;
  for (const auto& session : list) infos.push_back(info_of(session));
  return infos;
}

LocateAnswer answer_of(const im::router::LocateReply& reply) {
  LocateAnswer answer;
  for (const auto& one : reply.by_uid()) answer.by_uid.push_back(infos_of(one.sessions()));
  for (const auto& one : reply.by_key()) answer.by_key.push_back(infos_of(one.sessions()));
  for (const auto& one : reply.by_room()) {
    auto& comets = answer.by_room.emplace_back();
    for (const auto& comet : one.comets()) comets.push_back(instance(comet));
  }
  for (const auto& comet : reply.nodes()) answer.nodes.push_back(instance(comet));
  answer.complete = reply.complete();
  return answer;
}

OnlineAnswer online_of(const im::router::OnlineReply& reply) {
  OnlineAnswer answer;
  for (const auto& room : reply.top()) answer.top.emplace_back(room.room(), room.count());
  for (const auto& room : reply.rooms()) answer.rooms.emplace_back(room.room(), room.count());
  answer.connections = reply.conn_count();
  answer.addresses = reply.ip_count();
  answer.sessions = reply.session_count();
  answer.users = reply.user_count();
  answer.room_count = reply.room_count();
  return answer;
}

class Directory final : public GrpcSessionDirectory {
 public:
  Directory(std::shared_ptr<grpc::Channel> router, std::chrono::milliseconds deadline)
      : deadline_(deadline),
        stub_(im::router::Router::NewStub(router)),
        batcher_([this](LocateAsk ask, Done<LocateAnswer> done) { locate_now(ask, std::move(done)); }, kMaxWaiting) {}

  void locate(LocateAsk ask, Done<LocateAnswer> done) override { batcher_.locate(std::move(ask), std::move(done)); }
  std::uint64_t locate_calls() const override { return batcher_.calls(); }

  void bind(SessionInfo session, Done<BindAnswer> done) override {
    im::router::BindRequest request;
    auto& out = *request.mutable_session();
    out.set_uid(session.uid.value());
    out.set_key(session.key);
    out.set_comet(session.comet.number.value());
    out.set_comet_epoch(session.comet.epoch.value());
    out.set_conn(session.conn.raw());
    out.set_platform(session.platform);
    out.set_client_ip(session.client_ip);
    out.set_room(session.room);
    request.set_max_sessions(session.max_sessions);
    call<im::router::BindReply>(std::move(request), &Async::Bind, std::move(done),
                                [](const im::router::BindReply& reply) {
                                  return BindAnswer{SessionEpoch(reply.session_epoch()), infos_of(reply.replaced())};
                                });
  }

  void unbind(std::vector<SessionEnd> sessions, Done<std::int32_t> done) override {
    im::router::UnbindRequest request;
    for (const auto& session : sessions) {
      auto& out = *request.add_sessions();
      out.set_uid(session.uid.value());
      out.set_key(session.key);
      out.set_session_epoch(session.epoch.value());
    }
    call<im::router::UnbindReply>(std::move(request), &Async::Unbind, std::move(done),
                                  [](const im::router::UnbindReply& reply) { return reply.removed(); });
  }

  void online(OnlineAsk ask, Done<OnlineAnswer> done) override {
    im::router::OnlineRequest request;
    request.set_top_type(ask.top_type);
    request.set_top_limit(ask.top_limit);
    for (const auto& room : ask.rooms) request.add_rooms(room);
    call<im::router::OnlineReply>(std::move(request), &Async::Online, std::move(done), online_of);
  }

 private:
  using Async = im::router::Router::StubInterface::async_interface;
  template <class Request, class Reply>
  using Method = void (Async::*)(grpc::ClientContext*, const Request*, Reply*, std::function<void(grpc::Status)>);

  void locate_now(const LocateAsk& ask, Done<LocateAnswer> done) {
    im::router::LocateRequest request;
    request.mutable_uids()->Add(ask.uids.begin(), ask.uids.end());
    for (const auto& key : ask.keys) request.add_keys(key);
    for (const auto& room : ask.rooms) request.add_rooms(room);
    request.set_nodes(ask.nodes);
    call<im::router::LocateReply>(std::move(request), &Async::Locate, std::move(done), answer_of);
  }

  template <class Reply, class Request, class T, class Convert>
  void call(Request request, Method<Request, Reply> method, Done<T> done, Convert convert) {
    rpc::call<Reply>(
        std::move(request), deadline_,
        [this, method](grpc::ClientContext* context, const Request* ask, Reply* reply,
                       std::function<void(grpc::Status)> finish) {
          context->set_wait_for_ready(true);
          (stub_->async()->*method)(context, ask, reply, std::move(finish));
        },
        [done = std::move(done), convert](Result<Reply> reply) {
          if (reply.ok()) {
            done(convert(reply.value()));
          } else {
            done(reply.error());
          }
        });
  }

  std::chrono::milliseconds deadline_;
  std::unique_ptr<im::router::Router::Stub> stub_;
  LocateBatcher batcher_;
};

}  // namespace

std::unique_ptr<GrpcSessionDirectory> make_grpc_session_directory(std::shared_ptr<grpc::Channel> router,
                                                                  std::chrono::milliseconds deadline) {
  return std::make_unique<Directory>(std::move(router), deadline);
}

}  // namespace im::logic
