#include <map>
#include <mutex>
#include <utility>

#include "common/rpc/call.hpp"
#include "common/rpc/channel.hpp"
#include "im/router.grpc.pb.h"
#include "router/nodes/node_rows.hpp"
#include "router/nodes/peer_gateway.hpp"

namespace im::router {

namespace {

using namespace std::chrono_literals;

class GrpcPeerGateway final : public PeerGateway {
 public:
  void ask_lease(const std::string& address, std::function<void(PeerLease)> done) override {
    call<SlotsReply>(address, SlotsRequest(), 500ms, &Async::Slots, [done = std::move(done)](Result<SlotsReply> reply) {
      done(!reply.ok() ? PeerLease::kSilent : reply.value().fresh() ? PeerLease::kFresh : PeerLease::kStale);
    });
  }

  void list_nodes(const std::string& address, std::uint64_t after_version, std::chrono::milliseconds wait,
                  Done<NodeListing> done) override {
    ListNodesRequest request;
    request.set_after_version(after_version);
    request.set_wait_ms(wait.count());
    call<ListNodesReply>(address, std::move(request), wait + 1s, &Async::ListNodes,
                         [done = std::move(done)](Result<ListNodesReply> reply) {
                           if (!reply.ok()) return done(reply.error());
                           NodeListing listing;
                           for (const auto& node : reply.value().nodes())
                             listing.nodes.push_back(registered_node_of(node));
                           listing.version = reply.value().version();
                           listing.complete = reply.value().complete();
                           listing.clock_us = reply.value().clock_us();
                           done(std::move(listing));
                         });
  }

  void register_router(const std::string& address, const NodeRow& self, Done<InstanceEpoch> done) override {
    RegisterNodeRequest request;
    fill(*request.mutable_node(), self);
    call<RegisterNodeReply>(address, std::move(request), 1s, &Async::RegisterNode,
                            [done = std::move(done)](Result<RegisterNodeReply> reply) {
                              if (!reply.ok()) return done(reply.error());
                              done(InstanceEpoch(reply.value().self().epoch()));
                            });
  }

  void renew_router(const std::string& address, const std::string& name, InstanceEpoch epoch,
                    Done<bool> done) override {
    RenewNodeRequest request;
    request.mutable_node()->set_kind(im::NODE_ROUTER);
    request.mutable_node()->set_name(name);
    request.mutable_node()->set_epoch(epoch.value());
    call<RenewNodeReply>(address, std::move(request), 1s, &Async::RenewNode,
                         [done = std::move(done)](Result<RenewNodeReply> reply) {
                           if (!reply.ok()) return done(reply.error());
                           done(reply.value().state() == RenewNodeReply::OK);
                         });
  }

 private:
  using Async = Router::StubInterface::async_interface;
  template <class Request, class Reply>
  using Method = void (Async::*)(grpc::ClientContext*, const Request*, Reply*, std::function<void(grpc::Status)>);

  template <class Reply, class Request>
  void call(const std::string& address, Request request, std::chrono::milliseconds deadline,
            Method<Request, Reply> method, std::function<void(Result<Reply>)> done) {
    const auto stub = stub_of(address);
    rpc::call<Reply>(
        std::move(request), deadline,
        [stub, method](grpc::ClientContext* context, const Request* ask, Reply* reply,
                       std::function<void(grpc::Status)> finish) {
          (stub->async()->*method)(context, ask, reply, std::move(finish));
        },
        [stub, done = std::move(done)](Result<Reply> reply) { done(std::move(reply)); });
  }

  std::shared_ptr<Router::Stub> stub_of(const std::string& address) {
    const std::lock_guard lock(mutex_);
    auto& stub = stubs_[address];
    if (!stub) stub = Router::NewStub(rpc::make_channel({address}));
    return stub;
  }

  std::mutex mutex_;
  std::map<std::string, std::shared_ptr<Router::Stub>> stubs_;  ///< as many as there ever were routers
};

}  // namespace

std::unique_ptr<PeerGateway> make_grpc_peer_gateway() { return std::make_unique<GrpcPeerGateway>(); }

}  // namespace im::router
