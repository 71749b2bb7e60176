// The gRPC twin over loopback.
#include "logic/push_api/push_api_rpc.hpp"

#include <grpcpp/create_channel.h>
#include <grpcpp/server_builder.h>
#include <gtest/gtest.h>

#include "im/push_api.grpc.pb.h"
#include "tests/unit/logic/push_api/push_api_fakes.hpp"

namespace im::logic {
namespace {

namespace v1 = im::push::v1;

/// Answers every lookup with one session, and Kafka at once.
class PromptSessions final : public SessionDirectory {
 public:
  void locate(LocateAsk ask, Done<LocateAnswer> done) override {
    SessionInfo session;
    session.uid = Uid(1);
    session.comet = {CometNumber(1), InstanceEpoch(1)};
    LocateAnswer answer;
    answer.by_uid.assign(ask.uids.size(), {session});
    answer.by_key.assign(ask.keys.size(), {session});
    answer.by_room.assign(ask.rooms.size(), {session.comet});
    answer.nodes = {session.comet};
    done(answer);
  }
  void bind(SessionInfo, Done<BindAnswer>) override {}
  void unbind(std::vector<SessionEnd>, Done<std::int32_t>) override {}
  void take_back(SessionEnd) override {}
  void online(OnlineAsk, Done<OnlineAnswer>) override {}
};

class PromptQueue final : public PushQueue {
 public:
  void push(QueuedPush push, Done done) override {
    pushes.push_back(std::move(push));
    done(Ok{});
  }
  std::vector<QueuedPush> pushes;
};

class PushApiRpc : public testing::Test {
 protected:
  void SetUp() override {
    key_ = make_api_key({.id = "", .name = "", .hash = "", .scopes = {"users", "rooms"}, .rate = 1, .burst = 4});
    ring_.replace({key_.key});
    grpc::ServerBuilder builder;
    int port = 0;
    builder.AddListeningPort("127.0.0.1:0", grpc::InsecureServerCredentials(), &port);
    builder.RegisterService(service_.get());
    server_ = builder.BuildAndStart();
    stub_ = v1::PushApi::NewStub(
        grpc::CreateChannel("127.0.0.1:" + std::to_string(port), grpc::InsecureChannelCredentials()));
  }
  void TearDown() override { server_->Shutdown(); }

  grpc::Status push(const v1::PushRequest& request, v1::PushReply& reply, const std::string& once = "",
                    bool with_key = true) {
    grpc::ClientContext context;
    if (with_key) context.AddMetadata("authorization", "Bearer " + key_.text);
    if (!once.empty()) context.AddMetadata("idempotency-key", once);
    const grpc::Status status = stub_->Push(&context, request, &reply);
    const auto code = context.GetServerTrailingMetadata().find("problem-code");
    code_ =
        code == context.GetServerTrailingMetadata().end() ? "" : std::string(code->second.data(), code->second.size());
    return status;
  }
  static v1::PushRequest to_room() {
    v1::PushRequest request;
    request.set_room("live://1");
    request.set_operation(7);
    request.set_body("hi");
    return request;
  }

  PromptSessions sessions_;
  PromptQueue queue_;
  FakeTable table_;
  KeyRing ring_;
  PushService service_of_pushes_{sessions_, queue_, [] { return std::vector<CometInstance>(); }};
  PushFates fates_{table_};
  PushApi api_{ring_, service_of_pushes_, fates_, table_};
  std::unique_ptr<grpc::Service> service_ = make_push_api_service(api_, {});
  std::unique_ptr<grpc::Server> server_;
  std::unique_ptr<v1::PushApi::Stub> stub_;
  NewApiKey key_;
  std::string code_;
};

TEST_F(PushApiRpc, AcceptsAndReplays) {
  v1::PushReply first, second;
  ASSERT_TRUE(push(to_room(), first, "once").ok());
  ASSERT_TRUE(push(to_room(), second, "once").ok());
  EXPECT_EQ(first.id(), second.id());
  EXPECT_FALSE(first.replayed());
  EXPECT_TRUE(second.replayed());
  ASSERT_EQ(queue_.pushes.size(), 1U);
  EXPECT_EQ(queue_.pushes[0].room, "live://1");
  EXPECT_EQ(*queue_.pushes[0].content, *encode(7, "hi"));
}

TEST_F(PushApiRpc, RefusesAsTheHttpApiDoes) {
  v1::PushReply reply;
  EXPECT_EQ(push(to_room(), reply, "", false).error_code(), grpc::StatusCode::UNAUTHENTICATED);
  EXPECT_EQ(code_, "unauthenticated");
  v1::PushRequest all = to_room();
  all.mutable_all()->set_speed(1);
  EXPECT_EQ(push(all, reply).error_code(), grpc::StatusCode::PERMISSION_DENIED);
  EXPECT_EQ(code_, "forbidden");
  v1::PushRequest nobody;
  nobody.set_operation(1);
  EXPECT_EQ(push(nobody, reply).error_code(), grpc::StatusCode::INVALID_ARGUMENT);
  EXPECT_EQ(code_, "invalid_request");
  EXPECT_TRUE(push(to_room(), reply, "a").ok());
  v1::PushRequest other = to_room();
  other.set_body("other");
  EXPECT_EQ(push(other, reply, "a").error_code(), grpc::StatusCode::INVALID_ARGUMENT);
  EXPECT_EQ(code_, "idempotency_key_reused");
  for (int i = 0; i < 4; ++i) push(to_room(), reply);
  EXPECT_EQ(push(to_room(), reply).error_code(), grpc::StatusCode::RESOURCE_EXHAUSTED);
  EXPECT_EQ(code_, "rate_limited");
}

TEST_F(PushApiRpc, Batches) {
  v1::PushBatchRequest request;
  *request.add_pushes() = to_room();
  auto& second = *request.add_pushes();
  second.mutable_users()->add_uids(5);
  second.set_operation(7);
  v1::PushBatchReply reply;
  grpc::ClientContext context;
  context.AddMetadata("x-api-key", key_.text);
  ASSERT_TRUE(stub_->PushBatch(&context, request, &reply).ok());
  ASSERT_EQ(reply.results_size(), 2);
  EXPECT_EQ(reply.results(1).problem_code(), "");
  EXPECT_EQ(queue_.pushes.size(), 2U);
}

}  // namespace
}  // namespace im::logic
