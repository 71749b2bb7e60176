// The direct service over a real gRPC stream on loopback, with workers that the test holds back.

#include "comet/rpc/direct_rpc.hpp"

#include <condition_variable>
#include <mutex>
#include <thread>

#include <grpcpp/create_channel.h>
#include <grpcpp/server_builder.h>
#include <gtest/gtest.h>

#include "im/comet.grpc.pb.h"

namespace im::comet {
namespace {

/// Takes what it is given, one connection a push; holds everything while `hold` is set.
class HeldWorker final : public WorkerPort {
 public:
  void hand_over(DeliveryBatchRef) override {}
  void hand_over(CommandBatchRef batch) override {
    const std::lock_guard lock(mutex_);
    for (std::size_t i = 0; i < batch->commands().size(); ++i) {
      if (const auto* push = std::get_if<DirectPush>(&batch->commands()[i])) {
        seen_.push_back(*push->message.body);
        bytes_ += push->message.body->size();
        batch->reached(i, 1);
      }
    }
    changed_.notify_all();
    if (held_) kept_.push_back(std::move(batch));
  }
  void hold() {
    const std::lock_guard lock(mutex_);
    held_ = true;
  }
  void let_go() {
    std::vector<CommandBatchRef> kept;
    {
      const std::lock_guard lock(mutex_);
      held_ = false;
      kept.swap(kept_);
    }
  }
  std::size_t wait_for(std::size_t count) {
    std::unique_lock lock(mutex_);
    changed_.wait_for(lock, std::chrono::seconds(30), [&] { return seen_.size() >= count; });
    return seen_.size();
  }
  std::vector<std::string> seen() {
    const std::lock_guard lock(mutex_);
    return seen_;
  }
  std::size_t bytes() {
    const std::lock_guard lock(mutex_);
    return bytes_;
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  bool held_ = false;
  std::size_t bytes_ = 0;
  std::vector<std::string> seen_;
  std::vector<CommandBatchRef> kept_;
};

class DirectRpc : public testing::Test {
 protected:
  void SetUp() override {
    grpc::ServerBuilder builder;
    builder.AddListeningPort("127.0.0.1:0", grpc::InsecureServerCredentials(), &port_);
    builder.RegisterService(service_.get());
    server_ = builder.BuildAndStart();
    stub_ = CometDirect::NewStub(
        grpc::CreateChannel("127.0.0.1:" + std::to_string(port_), grpc::InsecureChannelCredentials()));
  }
  void TearDown() override {
    one_.let_go();
    server_->Shutdown(std::chrono::system_clock::now());
  }
  static DirectBatch hello(std::uint64_t epoch) {
    DirectBatch message;
    message.mutable_hello()->set_comet(1);
    message.mutable_hello()->set_comet_epoch(epoch);
    return message;
  }
  static DirectBatch push(std::uint64_t seq, const std::string& body, std::uint8_t worker = 0) {
    push::Content content;
    content.set_operation(102);
    content.set_body(body);
    DirectBatch message;
    message.set_first_seq(seq);
    auto& deliver = *message.add_commands()->mutable_deliver();
    deliver.add_conns(ConnId(worker, 1, 1).raw());
    deliver.set_content(content.SerializeAsString());
    return message;
  }

  HeldWorker one_, two_;
  WorkerSet workers_{{&one_, &two_}};
  DirectStats stats_;
  std::atomic<int> drains_{0};
  std::unique_ptr<grpc::Service> service_ = make_direct_service(
      workers_, [] { return CometInstance{CometNumber(1), InstanceEpoch(5)}; }, stats_,
      [this] { drains_.fetch_add(1); });
  std::unique_ptr<grpc::Server> server_;
  std::unique_ptr<CometDirect::Stub> stub_;
  int port_ = 0;
};

TEST_F(DirectRpc, CommandsArriveInOrderAtTheWorkersTheyAreForAndEachIsAnswered) {
  constexpr std::uint64_t kCommands = 3000;
  grpc::ClientContext context;
  const auto stream = stub_->Direct(&context);
  ASSERT_TRUE(stream->Write(hello(5)));
  PushAck ack;
  ASSERT_TRUE(stream->Read(&ack));
  EXPECT_EQ(ack.comet_epoch(), 5U);
  std::thread writer([&] {
    for (std::uint64_t seq = 1; seq <= kCommands; ++seq)
      stream->Write(push(seq, std::to_string(seq), static_cast<std::uint8_t>(seq % 2)));
  });
  std::size_t answers = 0;
  while (ack.seq() < kCommands && stream->Read(&ack)) answers += static_cast<std::size_t>(ack.reached_size());
  writer.join();
  stream->WritesDone();
  EXPECT_TRUE(stream->Finish().ok());
  EXPECT_EQ(answers, kCommands);
  std::vector<std::string> even, odd;
  for (std::uint64_t seq = 1; seq <= kCommands; ++seq) (seq % 2 == 0 ? even : odd).push_back(std::to_string(seq));
  EXPECT_EQ(one_.seen(), even);
  EXPECT_EQ(two_.seen(), odd);
}

TEST_F(DirectRpc, ADrainIsForTheProcessAndReachesNobodyByItself) {
  grpc::ClientContext context;
  const auto stream = stub_->Direct(&context);
  ASSERT_TRUE(stream->Write(hello(5)));
  PushAck ack;
  ASSERT_TRUE(stream->Read(&ack));
  DirectBatch batch;
  batch.set_first_seq(1);
  batch.add_commands()->mutable_drain();
  ASSERT_TRUE(stream->Write(batch));
  ASSERT_TRUE(stream->Read(&ack));
  ASSERT_EQ(ack.reached_size(), 1);
  EXPECT_EQ(ack.reached(0), 0);
  EXPECT_EQ(drains_, 1);
  EXPECT_EQ(stats_.unreadable, 0U);
  stream->WritesDone();
  EXPECT_TRUE(stream->Finish().ok());
}

TEST_F(DirectRpc, AStreamForAnotherInstanceIsRefused) {
  grpc::ClientContext context;
  const auto stream = stub_->Direct(&context);
  ASSERT_TRUE(stream->Write(hello(4)));
  PushAck ack;
  EXPECT_FALSE(stream->Read(&ack));
  EXPECT_EQ(stream->Finish().error_code(), grpc::StatusCode::FAILED_PRECONDITION);
  EXPECT_EQ(stats_.streams_refused, 1U);
  EXPECT_EQ(one_.seen().size(), 0U);
}

TEST_F(DirectRpc, AWorkerThatLagsHoldsBackTheStreamInBytes) {
  one_.hold();
  grpc::ClientContext context;
  const auto stream = stub_->Direct(&context);
  ASSERT_TRUE(stream->Write(hello(5)));
  PushAck ack;
  ASSERT_TRUE(stream->Read(&ack));
  constexpr std::uint64_t kCommands = 40;
  const std::string body(1U << 20, 'x');
  std::thread writer([&] {
    for (std::uint64_t seq = 1; seq <= kCommands; ++seq) stream->Write(push(seq, body));
  });
  EXPECT_GE(one_.wait_for(8), 8U);
  EXPECT_LE(one_.bytes(), 10U << 20) << "reads on without end";
  one_.let_go();
  while (ack.seq() < kCommands && stream->Read(&ack)) {
  }
  writer.join();
  EXPECT_EQ(ack.seq(), kCommands);
  EXPECT_EQ(one_.seen().size(), kCommands);
}

TEST_F(DirectRpc, WhatCannotBeReadIsAnsweredAndTheRestGoesOn) {
  grpc::ClientContext context;
  const auto stream = stub_->Direct(&context);
  ASSERT_TRUE(stream->Write(hello(5)));
  PushAck ack;
  ASSERT_TRUE(stream->Read(&ack));
  DirectBatch batch = push(1, "a");
  batch.add_commands();
  batch.add_commands()->mutable_deliver()->set_content("\xff");
  batch.add_commands()->CopyFrom(push(0, "b").commands(0));
  ASSERT_TRUE(stream->Write(batch));
  ASSERT_TRUE(stream->Read(&ack));
  EXPECT_EQ(ack.seq(), 4U);
  EXPECT_EQ((std::vector<std::int32_t>{ack.reached().begin(), ack.reached().end()}),
            (std::vector<std::int32_t>{1, -1, -1, 1}));
  EXPECT_EQ(stats_.unreadable, 2U);
}

}  // namespace
}  // namespace im::comet
