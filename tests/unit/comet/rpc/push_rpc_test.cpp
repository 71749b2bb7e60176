// The push service over a real gRPC stream on loopback: many small batches, taken at once.

#include "comet/rpc/push_rpc.hpp"

#include <atomic>
#include <sched.h>
#include <thread>

#include <grpcpp/create_channel.h>
#include <grpcpp/server_builder.h>
#include <gtest/gtest.h>

#include "comet/worker.hpp"
#include "im/comet.grpc.pb.h"

namespace im::comet {
namespace {

constexpr std::int64_t kBatches = 20000;

class SilentControl final : public ControlPort {
 public:
  void ask_connect(ConnectAsk) override {}
  void connect_abandoned(ConnId) override {}
  void ask_receive(ReceiveAsk) override {}
  void session_ended(SessionRecord) override {}
  void room_joined(std::uint8_t, std::string) override {}
  void room_left(std::uint8_t, std::string) override {}
  CometInstance self() const override { return {CometNumber(1), InstanceEpoch(5)}; }
};

std::vector<std::unique_ptr<Worker>> two_workers(Edge& edge, ControlPort& control) {
  std::vector<std::unique_ptr<Worker>> workers;
  for (std::uint8_t i = 0; i < 2; ++i) {
    WorkerConfig config;
    config.index = i;
    config.max_connections = 10;
    workers.push_back(std::make_unique<Worker>(config, edge, control));
  }
  return workers;
}

/// On one core the threads interrupt each other in the middle of things.
void stay_on_one_core() {
  cpu_set_t cores;
  ::sched_getaffinity(0, sizeof cores, &cores);
  int first = 0;
  while (!CPU_ISSET(first, &cores)) ++first;
  CPU_ZERO(&cores);
  CPU_SET(first, &cores);
  ::sched_setaffinity(0, sizeof cores, &cores);
}

class PushRpc : public testing::Test {
 protected:
  void SetUp() override {
    stay_on_one_core();
    for (auto& worker : workers_) worker->start();
    grpc::ServerBuilder builder;
    builder.AddListeningPort("127.0.0.1:0", grpc::InsecureServerCredentials(), &port_);
    builder.RegisterService(service_.get());
    server_ = builder.BuildAndStart();
    stub_ =
        Comet::NewStub(grpc::CreateChannel("127.0.0.1:" + std::to_string(port_), grpc::InsecureChannelCredentials()));
  }
  void TearDown() override {
    server_->Shutdown();
    for (auto& worker : workers_) worker->stop();
  }

  static PushBatch hello(std::int32_t comet) {
    PushBatch message;
    auto& hello = *message.mutable_hello();
    hello.set_job("job-1");
    hello.set_bus("bus");
    hello.set_topic("topic");
    hello.set_comet(comet);
    hello.set_comet_epoch(5);
    return message;
  }

  static PushBatch one_record(std::int64_t offset) {
    PushBatch message;
    message.set_first_seq(static_cast<std::uint64_t>(offset) + 1);
    auto& delivery = *message.add_deliveries();
    delivery.set_partition(3);
    delivery.set_offset(offset);
    delivery.set_scope(im::push::SCOPE_ROOM);
    delivery.set_room("live://1");
    return message;
  }

  Edge edge_;
  SilentControl control_;
  std::vector<std::unique_ptr<Worker>> workers_ = two_workers(edge_, control_);
  std::atomic<int> missed_ = 0, gone_ = 0;
  WorkerSet set_{{workers_[0].get(), workers_[1].get()}};
  PushIngress ingress_{set_, [this] { ++missed_; }};
  std::unique_ptr<grpc::Service> service_ = make_push_service(
      ingress_, [] { return CometInstance{CometNumber(1), InstanceEpoch(5)}; },
      {[this](const SlotSet& slots, const std::function<void(Holdings)>& done) {
         asked_ = slots;
         done(holdings_);
       },
       [this](const std::function<void(std::vector<std::uint64_t>)>& done) { done(sums_); }},
      [this] { ++gone_; });
  SlotSet asked_;
  std::vector<std::uint64_t> sums_;
  Holdings holdings_;
  std::unique_ptr<grpc::Server> server_;
  std::unique_ptr<Comet::Stub> stub_;
  int port_ = 0;
};

// A read that started while the last batch was still looked at once let two batches pass each other; the later offset
// then hid the earlier one, and its messages were lost.
TEST_F(PushRpc, EveryBatchOfAFastStreamIsAppliedInOrder) {
  grpc::ClientContext context;
  const auto stream = stub_->Push(&context);
  ASSERT_TRUE(stream->Write(hello(1)));
  PushAck ack;
  ASSERT_TRUE(stream->Read(&ack));
  std::thread writer([&] {
    for (std::int64_t offset = 0; offset < kBatches; ++offset) stream->Write(one_record(offset));
  });
  while (ack.seq() < static_cast<std::uint64_t>(kBatches) && stream->Read(&ack)) {
  }
  writer.join();
  stream->WritesDone();
  EXPECT_EQ(ack.seq(), static_cast<std::uint64_t>(kBatches));
  EXPECT_TRUE(stream->Finish().ok());
  EXPECT_EQ(ingress_.stats().applied, static_cast<std::uint64_t>(kBatches));
  EXPECT_EQ(ingress_.stats().skipped, 0U);
}

TEST_F(PushRpc, WhatTheJobHadToDropIsTakenInTurnAndTold) {
  grpc::ClientContext context;
  const auto stream = stub_->Push(&context);
  ASSERT_TRUE(stream->Write(hello(1)));
  PushAck ack;
  ASSERT_TRUE(stream->Read(&ack));
  PushBatch missed;
  missed.set_first_seq(1);
  missed.set_missed(true);
  ASSERT_TRUE(stream->Write(missed));
  ASSERT_TRUE(stream->Write(one_record(1)));  // seq 2
  while (ack.seq() < 2 && stream->Read(&ack)) {
  }
  stream->WritesDone();
  EXPECT_EQ(ack.seq(), 2U);
  EXPECT_TRUE(stream->Finish().ok());
  EXPECT_EQ(missed_, 1);
  EXPECT_EQ(ingress_.stats().missed, 1U);
  EXPECT_EQ(ingress_.stats().applied, 1U);
}

TEST_F(PushRpc, StreamForAnotherInstanceIsRefused) {
  grpc::ClientContext context;
  const auto stream = stub_->Push(&context);
  ASSERT_TRUE(stream->Write(hello(2)));
  PushAck ack;
  EXPECT_FALSE(stream->Read(&ack));
  EXPECT_EQ(stream->Finish().error_code(), grpc::StatusCode::FAILED_PRECONDITION);
  EXPECT_EQ(ingress_.stats().streams_refused, 1U);
}

TEST_F(PushRpc, OnlyTheInstanceThatIsMeantHearsThatItsLeaseIsOver) {
  const auto tell = [&](std::uint64_t epoch) {
    grpc::ClientContext context;
    GoneRequest request;
    request.set_comet(1);
    request.set_comet_epoch(epoch);
    GoneReply reply;
    return stub_->Gone(&context, request, &reply).error_code();
  };
  EXPECT_EQ(tell(4), grpc::StatusCode::FAILED_PRECONDITION);
  EXPECT_EQ(gone_, 0);
  EXPECT_EQ(tell(5), grpc::StatusCode::OK);
  EXPECT_EQ(gone_, 1);
}

TEST_F(PushRpc, DigestsAreThoseOfTheInstanceThatIsMeant) {
  sums_.assign(1024, 0);
  sums_[7] = ~std::uint64_t{0};
  DigestRequest request;
  request.set_comet(1);
  request.set_comet_epoch(5);
  DigestReply reply;
  grpc::ClientContext context;
  ASSERT_TRUE(stub_->Digest(&context, request, &reply).ok());
  ASSERT_EQ(reply.digests_size(), 1024);
  EXPECT_EQ(reply.digests(7), ~std::uint64_t{0});
  request.set_comet_epoch(6);
  grpc::ClientContext other;
  EXPECT_EQ(stub_->Digest(&other, request, &reply).error_code(), grpc::StatusCode::FAILED_PRECONDITION);
}

TEST_F(PushRpc, SnapshotsComeInPartsAndOnlyFromTheInstanceThatIsMeant) {
  for (int i = 0; i < 9001; ++i)
    holdings_.sessions.push_back({Uid(i), std::to_string(i) + std::string(300, 'k'), SessionEpoch(7), {}, "", ""});
  holdings_.rooms = {{"live://1", true, 3}};
  const auto ask = [&](std::uint64_t epoch) {
    grpc::ClientContext context;
    SnapshotRequest request;
    request.set_comet(1);
    request.set_comet_epoch(epoch);
    request.set_slots(to_bytes(SlotSet().set(3)));
    const auto reader = stub_->Snapshot(&context, request);
    SnapshotPart part;
    std::array<int, 3> seen{};
    for (; reader->Read(&part); ++seen[0]) {
      seen[1] += part.sessions_size();
      seen[2] += part.rooms_size();
    }
    return std::pair(reader->Finish().error_code(), seen);
  };
  const auto [status, seen] = ask(5);
  EXPECT_EQ(status, grpc::StatusCode::OK);
  EXPECT_GE(seen[0], 3) << "parts of 1 MiB";
  EXPECT_EQ(seen[1], 9001);
  EXPECT_EQ(seen[2], 1);
  EXPECT_EQ(asked_, SlotSet().set(3));
  EXPECT_EQ(ask(4).first, grpc::StatusCode::FAILED_PRECONDITION);
}

}  // namespace
}  // namespace im::comet
