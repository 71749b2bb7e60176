#include "common/rpc/cluster_tls.hpp"

#include <grpcpp/create_channel.h>
#include <gtest/gtest.h>

#include "common/rpc/channel.hpp"
#include "common/rpc/server.hpp"
#include "im/kv.grpc.pb.h"
#include "im/router.grpc.pb.h"
#include "tests/support/test_authority.hpp"

namespace im::rpc {
namespace {

using namespace std::chrono_literals;
using pki::Role;
using pki::Why;
using test::TestAuthority;
using Tls = std::shared_ptr<ClusterTls>;

Tls load(const pki::ClusterFiles& files, Role role) {
  auto loaded = ClusterTls::load(files, role);
  EXPECT_TRUE(loaded) << loaded.error().message;
  return loaded.value();
}

/// A router that knows its callers and no call: an answer of UNIMPLEMENTED says that a call reached it.
struct Router {
  explicit Router(Tls own) : tls(std::move(own)) {
    for (int port = 38600; !server && port < 39000; ++port) {
      try {
        address = "127.0.0.1:" + std::to_string(port);
        server = start_server(address, {&kv, &router}, {.tls = tls});
      } catch (const std::runtime_error&) {
      }
    }
  }
  ~Router() { server->shutdown({}); }
  Tls tls;
  std::string address;
  im::router::Kv::CallbackService kv;
  im::router::Router::CallbackService router;
  std::unique_ptr<Server> server;
};

using Codes = std::pair<grpc::StatusCode, grpc::StatusCode>;  // of a call that is logic's alone, and of one for many

grpc::Status get(const std::shared_ptr<grpc::Channel>& channel) {
  grpc::ClientContext context;
  context.set_deadline(std::chrono::system_clock::now() + 30s);
  im::router::KvGetReply reply;
  return im::router::Kv::NewStub(channel)->Get(&context, {}, &reply);
}

grpc::Status slots(const std::shared_ptr<grpc::Channel>& channel) {
  grpc::ClientContext context;
  context.set_deadline(std::chrono::system_clock::now() + 30s);
  im::router::SlotsReply reply;
  return im::router::Router::NewStub(channel)->Slots(&context, {}, &reply);
}

Codes called(const std::string& address, const Tls& as, Role expected = Role::kRouter) {
  const auto channel = make_channel(address, expected, as);
  return {get(channel).error_code(), slots(channel).error_code()};
}

constexpr Codes kBoth{grpc::StatusCode::UNIMPLEMENTED, grpc::StatusCode::UNIMPLEMENTED};
constexpr Codes kSecond{grpc::StatusCode::PERMISSION_DENIED, grpc::StatusCode::UNIMPLEMENTED};
constexpr Codes kNeither{grpc::StatusCode::PERMISSION_DENIED, grpc::StatusCode::PERMISSION_DENIED};
constexpr Codes kNoConnection{grpc::StatusCode::UNAVAILABLE, grpc::StatusCode::UNAVAILABLE};

TEST(ClusterTls, EachRoleCallsWhatIsItsOwn) {
  const TestAuthority own;
  const Router router(load(own.files("r", Role::kRouter), Role::kRouter));
  EXPECT_EQ(called(router.address, load(own.files("l", Role::kLogic), Role::kLogic)), kBoth);
  EXPECT_EQ(called(router.address, load(own.files("j", Role::kJob), Role::kJob)), kSecond);
  EXPECT_EQ(called(router.address, load(own.files("b", Role::kBackend), Role::kBackend)), kNeither);
  EXPECT_EQ(router.tls->refusals().of(Why::kMethod), 3U);
}

TEST(ClusterTls, WhoHasNoCertificateOfTheClusterGetsNoConnection) {
  const TestAuthority own, other, elsewhere("elsewhere");
  const Router router(load(own.files("r", Role::kRouter), Role::kRouter));
  const auto& refusals = router.tls->refusals();
  // A client that believes the router, and shows a certificate that an unknown authority signed.
  const auto forged = other.write("f", other.issue(Role::kLogic), other.certificate() + own.certificate());
  EXPECT_EQ(called(router.address, load(forged, Role::kLogic)), kNoConnection);
  EXPECT_GE(refusals.of(Why::kUnknownAuthority), 1U);
  // In plain text, and with TLS but without a certificate.
  EXPECT_EQ(called(router.address, nullptr), kNoConnection);
  const auto bare = grpc::CreateChannel(router.address, grpc::SslCredentials({own.certificate(), "", ""}));
  EXPECT_EQ(get(bare).error_code(), grpc::StatusCode::UNAVAILABLE);
  // The neighbour goes on.
  EXPECT_EQ(called(router.address, load(own.files("l", Role::kLogic), Role::kLogic)), kBoth);
}

TEST(ClusterTls, AClientTakesNoServerOfAnotherRoleOrAuthority) {
  const TestAuthority own, other;
  const Router router(load(own.files("r", Role::kRouter), Role::kRouter));
  const Tls logic = load(own.files("l", Role::kLogic), Role::kLogic);
  EXPECT_EQ(called(router.address, logic, Role::kComet), kNoConnection);
  EXPECT_GE(logic->refusals().of(Why::kWrongRole), 1U);
  const Tls foreign = load(other.files("l", Role::kLogic), Role::kLogic);
  EXPECT_EQ(called(router.address, foreign), kNoConnection);
  EXPECT_GE(foreign->refusals().of(Why::kUnknownAuthority), 1U);
}

TEST(ClusterTls, ATlsClientMeetsAPlainServer) {
  const TestAuthority own;
  const Router plain(nullptr);
  EXPECT_EQ(called(plain.address, load(own.files("l", Role::kLogic), Role::kLogic)), kNoConnection);
}

TEST(ClusterTls, AClientWithoutACertificateIsToldApart) {
  const TestAuthority own;
  const Tls tls = load(own.files("r", Role::kRouter), Role::kRouter);
  const auto verdict = tls->judge("", "", pki::Side::kClient, nullptr, "test");
  ASSERT_TRUE(std::holds_alternative<pki::Refusal>(verdict));
  EXPECT_EQ(tls->refusals().of(Why::kNoCertificate), 1U);
}

TEST(ClusterTls, ANewCertificateOfANewAuthorityIsShownAndOpenConnectionsStay) {
  const TestAuthority own, next;
  const Router router(load(own.files("r", Role::kRouter), Role::kRouter));
  const Tls logic = load(own.files("l", Role::kLogic), Role::kLogic);
  const auto open = make_channel(router.address, Role::kRouter, logic);
  EXPECT_EQ(get(open).error_code(), grpc::StatusCode::UNIMPLEMENTED);
  // First both know the new authority beside the old one, then the router shows what the new one signed.
  own.write("r", next.issue(Role::kRouter), own.certificate() + next.certificate());
  ASSERT_TRUE(router.tls->reload().ok());
  // Who knows the new authority alone can only take the new certificate.
  const auto newer = next.write("n", next.issue(Role::kLogic), next.certificate());
  const auto fresh = make_channel(router.address, Role::kRouter, load(newer, Role::kLogic));
  EXPECT_TRUE(fresh->WaitForConnected(std::chrono::system_clock::now() + 30s));
  EXPECT_EQ(get(fresh).error_code(), grpc::StatusCode::UNIMPLEMENTED);
  EXPECT_EQ(open->GetState(false), GRPC_CHANNEL_READY);
  EXPECT_EQ(get(open).error_code(), grpc::StatusCode::UNIMPLEMENTED);
  EXPECT_EQ(logic->refusals().of(Why::kUnknownAuthority), 0U) << "it had to connect again";
}

TEST(ClusterTls, FilesThatDoNotFitChangeNothing) {
  const TestAuthority own;
  const Router router(load(own.files("r", Role::kRouter), Role::kRouter));
  own.files("r", Role::kLogic);
  EXPECT_FALSE(router.tls->reload().ok());
  EXPECT_EQ(router.tls->own().role, Role::kRouter);
  EXPECT_EQ(called(router.address, load(own.files("l", Role::kLogic), Role::kLogic)), kBoth);
}

}  // namespace
}  // namespace im::rpc
