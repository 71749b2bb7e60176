#include "common/rpc/channel.hpp"

#include <grpcpp/client_context.h>
#include <grpcpp/create_channel.h>
#include <grpcpp/generic/generic_stub.h>
#include <grpcpp/security/credentials.h>
#include <grpcpp/support/channel_arguments.h>

namespace im::rpc {

namespace {

constexpr int kMaxAnswer = 4 << 20;

// gRPC 1.51 serves the callbacks of all channels from threads that end with the last channel that used them. Let go
// inside a callback (a ClientContext holds its channel), such a thread would join itself and abort. One call on a
// channel that is never freed keeps them alive; it fails at once, since that channel leads nowhere.
void keep_callback_threads() {
  struct Anchor {
    grpc::GenericStub stub{grpc::CreateChannel("", nullptr)};
    grpc::ClientContext context;
    grpc::Slice nothing{""};
    grpc::ByteBuffer request{&nothing, 1};
    grpc::ByteBuffer reply;
  };
  // `used`: an optimised build would drop the pointer, and leak checkers could not see that it is held.
  [[gnu::used]] static Anchor* const anchor = [] {
    auto* made = new Anchor;
    made->stub.UnaryCall(&made->context, "/im/anchor", {}, &made->request, &made->reply, [](const grpc::Status&) {});
    return made;
  }();
}

}  // namespace

std::shared_ptr<grpc::Channel> make_channel(const std::string& address, pki::Role server,
                                            const std::shared_ptr<ClusterTls>& own) {
  keep_callback_threads();
  grpc::ChannelArguments arguments;
  arguments.SetLoadBalancingPolicyName("round_robin");
  arguments.SetMaxReceiveMessageSize(kMaxAnswer);
  arguments.SetInt(GRPC_ARG_KEEPALIVE_TIME_MS, 10000);
  arguments.SetInt(GRPC_ARG_KEEPALIVE_TIMEOUT_MS, 5000);
  arguments.SetInt(GRPC_ARG_KEEPALIVE_PERMIT_WITHOUT_CALLS, 1);
  arguments.SetInt(GRPC_ARG_HTTP2_MAX_PINGS_WITHOUT_DATA, 0);
  arguments.SetInt(GRPC_ARG_INITIAL_RECONNECT_BACKOFF_MS, 100);
  // In spite of its name: how long an attempt may take before it is given up and calls that wait for it fail. A busy
  // machine needs more than 100 ms, for TLS several times that.
  arguments.SetInt(GRPC_ARG_MIN_RECONNECT_BACKOFF_MS, 2000);
  arguments.SetInt(GRPC_ARG_MAX_RECONNECT_BACKOFF_MS, 2000);
  // Daemons find each other without the environment's proxy.
  arguments.SetInt(GRPC_ARG_ENABLE_HTTP_PROXY, 0);
  // Two channels to the same address are two connections, and none outlives its owner.
  arguments.SetInt(GRPC_ARG_USE_LOCAL_SUBCHANNEL_POOL, 1);
  return grpc::CreateCustomChannel(address, own ? own->for_channel(server) : grpc::InsecureChannelCredentials(),
                                   arguments);
}

}  // namespace im::rpc
