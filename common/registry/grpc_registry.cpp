#include "common/registry/grpc_registry.hpp"

#include <map>
#include <utility>

#include "common/registry/convert.hpp"
#include "common/routers/router_map.hpp"
#include "common/rpc/call.hpp"
#include "common/rpc/channel.hpp"
#include "common/rpc/open_calls.hpp"
#include "im/router.grpc.pb.h"

namespace im::registry {

namespace {

using namespace std::chrono_literals;
using im::router::Router;

constexpr auto kDeadline = 1s;
constexpr auto kPatience = 5s;

using Channel = std::shared_ptr<grpc::Channel>;

/// Which router keeps the registry, and what to do when it does not answer.
struct Keeper {
  std::function<Result<Channel>()> channel;
  std::function<void()> failed = [] {};
};

class GrpcRegistry final : public Registry {
 public:
  explicit GrpcRegistry(Keeper keeper) : keeper_(std::move(keeper)) {}
  ~GrpcRegistry() override { open_.cancel(kPatience); }

  void register_node(const Node& self, CometInstance previous, std::int64_t clock_us,
                     Done<Registration> done) override {
    call<im::router::RegisterNodeReply>(register_request(self, previous, clock_us), kDeadline, &Async::RegisterNode,
                                        std::move(done), registration_of);
  }

  void renew(const NodeRef& self, const NodeLoad& load, std::int64_t clock_us, Done<Renewal> done) override {
    call<im::router::RenewNodeReply>(renew_request(self, load, clock_us), kDeadline, &Async::RenewNode, std::move(done),
                                     renewal_of);
  }

  void unregister(const NodeRef& node, Done<Ok> done) override {
    im::router::UnregisterNodeRequest request;
    fill(*request.mutable_node(), node);
    call<im::router::UnregisterNodeReply>(std::move(request), kDeadline, &Async::UnregisterNode, std::move(done),
                                          [](const im::router::UnregisterNodeReply&) { return Ok{}; });
  }

  void list(const ListAsk& ask, Done<NodeListing> done) override {
    im::router::ListNodesRequest request;
    if (ask.kind) request.set_kind(to_wire(*ask.kind));
    request.set_router_id(ask.router_id);
    request.set_after_version(ask.version);
    request.set_wait_ms(ask.wait.count());
    call<im::router::ListNodesReply>(std::move(request), ask.wait + kDeadline, &Async::ListNodes, std::move(done),
                                     listing_of);
  }

 private:
  using Async = Router::StubInterface::async_interface;
  template <class Request, class Reply>
  using Method = void (Async::*)(grpc::ClientContext*, const Request*, Reply*, std::function<void(grpc::Status)>);

  template <class Reply, class Request, class T, class Convert>
  void call(Request request, std::chrono::milliseconds deadline, Method<Request, Reply> method, Done<T> done,
            Convert convert) {
    const Result<Channel> channel = keeper_.channel();
    if (!channel.ok()) return done(channel.error());
    const std::uint64_t id = open_.begin();
    if (id == 0) return done(Error{Error::Code::kUnavailable, "stopping"});
    const std::shared_ptr<Router::Stub> stub = Router::NewStub(channel.value());
    auto give_up = rpc::call<Reply>(
        std::move(request), deadline,
        [&](grpc::ClientContext* context, const Request* ask, Reply* reply, std::function<void(grpc::Status)> finish) {
          (stub->async()->*method)(context, ask, reply, std::move(finish));
        },
        [this, stub, id, convert, done = std::move(done)](const Result<Reply>& reply) {
          if (!reply.ok()) keeper_.failed();
          done(reply.ok() ? Result<T>(convert(reply.value())) : Result<T>(reply.error()));
          open_.end(id);
        });
    open_.started(id, std::move(give_up));
  }

  const Keeper keeper_;
  rpc::OpenCalls open_;
};

}  // namespace

std::unique_ptr<Registry> make_grpc_registry(routers::RouterMap& routers) {
  Keeper keeper;
  keeper.channel = [&routers]() -> Result<Channel> {
    if (auto channel = routers.owner(kRegistrySlot, routers::Way::kPrompt)) return channel;
    std::string missing;
    routers.ready(&missing);
    return Error{Error::Code::kUnavailable, "no router keeps the node list: " + missing};
  };
  keeper.failed = [&routers] { routers.refresh(); };
  return std::make_unique<GrpcRegistry>(std::move(keeper));
}

std::unique_ptr<Registry> make_grpc_registry(std::function<std::string()> address) {
  Keeper keeper;
  // As many channels as there ever were routers.
  keeper.channel = [address = std::move(address),
                    channels = std::make_shared<std::map<std::string, Channel>>()]() -> Result<Channel> {
    const std::string at = address();
    if (at.empty()) return Error{Error::Code::kUnavailable, "no router keeps the node list"};
    Channel& channel = (*channels)[at];
    if (!channel) channel = rpc::make_channel(at, pki::Role::kRouter);
    return channel;
  };
  return std::make_unique<GrpcRegistry>(std::move(keeper));
}

}  // namespace im::registry
