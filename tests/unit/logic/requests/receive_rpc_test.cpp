#include "logic/receive_rpc.hpp"

#include <gtest/gtest.h>

#include "logic/requests/hello.hpp"
#include "tests/unit/logic/logic_fakes.hpp"

namespace im::logic {

namespace {

class ReceiveRpcTest : public testing::Test {
 protected:
  ReceiveRpcTest() { request.set_operation(100); }
  const ReceiveReply& receive(const std::string& body) {
    request.set_body(body);
    reply.Clear();
    int done = 0;
    rpc.receive(request, reply, [&] { ++done; });
    EXPECT_EQ(done, 1);
    return reply;
  }

  FakeSessions sessions;
  std::unique_ptr<LocalAuthenticator> anybody = make_open_authenticator();
  ConnectionService connections{*anybody, sessions, {}};
  RequestLimits limits{Rate(), {}};
  RequestRouter router{limits, {}};
  ReceiveRpc rpc{connections, router};
  ReceiveRequest request;
  ReceiveReply reply;
};

TEST_F(ReceiveRpcTest, AFailureHasItsCodeAndNoBody) {
  receive("not JSON");
  EXPECT_EQ(reply.operation(), 101);
  ASSERT_TRUE(reply.has_failure());
  EXPECT_EQ(reply.failure().code(), 4400);
  EXPECT_FALSE(reply.failure().error().empty());
  EXPECT_FALSE(reply.has_session());
}

TEST_F(ReceiveRpcTest, HelloSaysWhatTheSessionBecomes) {
  add_hello(router, {}, {});
  receive(R"({"cmd":"hello","device":"phone"})");
  EXPECT_TRUE(reply.body().starts_with("{\"ok\":true,"));
  EXPECT_EQ(reply.session().hello().device(), "phone");
  EXPECT_EQ(reply.session().hello().max_body(), 65536U);
  EXPECT_FALSE(reply.session().renewed());
}

TEST_F(ReceiveRpcTest, TheCallerIsTheSessionNotTheBody) {
  Caller seen;
  router.on("who", {}, [&](const Caller& caller, const boost::json::object&, const Reply& answer) {
    seen = caller;
    answer(boost::json::object{});
  });
  CallerSession& session = *request.mutable_caller();
  session.set_uid(7);
  session.set_key("\xff");
  session.set_device("phone");
  session.set_session_epoch(3);
  session.mutable_comet()->set_number(4);
  session.mutable_comet()->set_epoch(5);
  session.set_conn(6);
  session.set_client_ip("10.0.0.1");
  session.set_transport("ws");
  session.set_said_hello(true);
  receive(R"({"cmd":"who","uid":1,"device":"other"})");
  EXPECT_TRUE(reply.has_body());
  EXPECT_EQ(seen.uid, Uid(7));
  EXPECT_EQ(seen.key, "\xff");
  EXPECT_EQ(seen.device, "phone");
  EXPECT_EQ(seen.epoch, SessionEpoch(3));
  EXPECT_EQ(seen.comet, (CometInstance{CometNumber(4), InstanceEpoch(5)}));
  EXPECT_EQ(seen.conn, ConnId(6));
  EXPECT_EQ(seen.transport, "ws");
  EXPECT_EQ(seen.door, Door::kConnection);
}

TEST_F(ReceiveRpcTest, OtherOperationsAreAnsweredAsGoimDoes) {
  request.set_operation(4);
  receive("anything");
  EXPECT_TRUE(reply.has_body());
  EXPECT_EQ(reply.body(), "");
  EXPECT_EQ(reply.operation(), 0);
}

}  // namespace

}  // namespace im::logic
