// The gRPC adapter against a comet made of a script, over loopback. Waiting is for events, never for time.
#include "job/grpc_comet_gateway.hpp"

#include <condition_variable>
#include <deque>
#include <mutex>
#include <thread>

#include <grpcpp/server_builder.h>
#include <gtest/gtest.h>

#include "im/comet.grpc.pb.h"
#include "tests/unit/job/job_fakes.hpp"

namespace im::job {
namespace {

using namespace std::chrono_literals;
constexpr auto kPatience = 30s;

/// Answers hello as told, keeps what comes, acknowledges when told.
class ScriptedComet : public comet::Comet::Service {
 public:
  enum class Mood { kRight, kWrongNumber, kRefuse, kHangUpAfterFirst, kMute };

  grpc::Status Push(grpc::ServerContext* context,
                    grpc::ServerReaderWriter<comet::PushAck, comet::PushBatch>* stream) override {
    comet::PushBatch message;
    if (!stream->Read(&message)) return grpc::Status::OK;
    keep(message);
    if (mood == Mood::kRefuse) return {grpc::StatusCode::FAILED_PRECONDITION, "epoch 2 here, not 1"};
    if (mood == Mood::kMute) return wait_for_end(context);
    comet::PushAck ack;
    ack.set_comet(mood == Mood::kWrongNumber ? 99 : message.hello().comet());
    ack.set_comet_epoch(message.hello().comet_epoch());
    stream->Write(ack);
    while (stream->Read(&message)) {
      keep(message);
      if (mood == Mood::kHangUpAfterFirst) return grpc::Status::OK;
      comet::PushAck taken;
      taken.set_seq(message.first_seq() + static_cast<std::uint64_t>(message.deliveries_size()) - 1);
      stream->Write(taken);
    }
    return grpc::Status::OK;
  }

  comet::PushBatch message(std::size_t index) {
    std::unique_lock lock(mutex_);
    changed_.wait_for(lock, kPatience, [&] { return messages_.size() > index; });
    return messages_.size() > index ? messages_[index] : comet::PushBatch();
  }

  Mood mood = Mood::kRight;  // set before a stream opens

 private:
  void keep(const comet::PushBatch& message) {
    const std::lock_guard lock(mutex_);
    messages_.push_back(message);
    changed_.notify_all();
  }
  static grpc::Status wait_for_end(grpc::ServerContext* context) {
    // The scripted comet hangs until its caller gives up; gRPC tells that only when asked.
    while (!context->IsCancelled()) std::this_thread::sleep_for(5ms);
    return grpc::Status::CANCELLED;
  }
  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<comet::PushBatch> messages_;
};

/// What the gateway said, in order: "opened", "written", "acked 3", "ended conflict: why".
class Log {
 public:
  StreamEvents events() {
    return {[this] { add("opened"); }, [this] { add("written"); },
            [this](std::uint64_t seq) { add("acked " + std::to_string(seq)); },
            [this](const Error& error) { add(std::string("ended ") + to_string(error.code) + ": " + error.message); }};
  }
  bool wait_for(const std::string& what) {
    std::unique_lock lock(mutex_);
    const auto is_it = [&](const std::string& said) { return said == what || said.starts_with(what + ": "); };
    const bool came = changed_.wait_for(lock, kPatience, [&] { return std::ranges::any_of(said_, is_it); });
    EXPECT_TRUE(came) << what << " was not said, but " << testing::PrintToString(said_);
    return came;
  }
  void clear() {
    const std::lock_guard lock(mutex_);
    said_.clear();
  }
  std::size_t size() {
    const std::lock_guard lock(mutex_);
    return said_.size();
  }

 private:
  void add(std::string what) {
    const std::lock_guard lock(mutex_);
    said_.push_back(std::move(what));
    changed_.notify_all();
  }
  std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<std::string> said_;
};

class GrpcCometGatewayTest : public testing::Test {
 protected:
  void SetUp() override {
    grpc::ServerBuilder builder;
    builder.AddListeningPort("127.0.0.1:0", grpc::InsecureServerCredentials(), &port_);
    builder.RegisterService(&comet_);
    server_ = builder.BuildAndStart();
    ASSERT_NE(server_, nullptr);
  }
  void TearDown() override {
    stream_.reset();
    gateway_.reset();
    server_->Shutdown();
  }
  void open(int port = 0) {
    StreamHello hello{"job-1", "bus", "topic", node(4, 1)};
    hello.comet.address = "127.0.0.1:" + std::to_string(port != 0 ? port : port_);
    stream_ = gateway_->open(hello, log_.events());
  }
  void write(const std::vector<Delivery>& deliveries, std::uint64_t first_seq) {
    LinkBatch batch{.restarted_partitions = {6}, .first_seq = first_seq};
    for (const auto& part : deliveries) batch.deliveries.push_back(&part);
    stream_->write(batch);
  }

  ScriptedComet comet_;
  int port_ = 0;
  std::unique_ptr<grpc::Server> server_;
  Log log_;
  std::unique_ptr<CometGateway> gateway_ = make_grpc_comet_gateway();
  std::unique_ptr<CometStream> stream_;
};

TEST_F(GrpcCometGatewayTest, HelloThenDeliveriesThenAcknowledgement) {
  open();
  ASSERT_TRUE(log_.wait_for("opened"));
  const auto hello = comet_.message(0).hello();
  EXPECT_EQ(hello.job(), "job-1");
  EXPECT_EQ(hello.bus(), "bus");
  EXPECT_EQ(hello.topic(), "topic");
  EXPECT_EQ(hello.comet(), 4U);
  EXPECT_EQ(hello.comet_epoch(), 1U);
  EXPECT_EQ(comet_.message(0).deliveries_size(), 0);
  write({delivery(2, 10), delivery(2, 11)}, 1);
  ASSERT_TRUE(log_.wait_for("written"));
  ASSERT_TRUE(log_.wait_for("acked 2"));
  const auto batch = comet_.message(1);
  EXPECT_FALSE(batch.has_hello());
  EXPECT_EQ(batch.first_seq(), 1U);
  ASSERT_EQ(batch.restarted_partitions_size(), 1);
  EXPECT_EQ(batch.restarted_partitions(0), 6);
  ASSERT_EQ(batch.deliveries_size(), 2);
  EXPECT_EQ(batch.deliveries(1).partition(), 2);
  EXPECT_EQ(batch.deliveries(1).offset(), 11);
}

TEST_F(GrpcCometGatewayTest, EveryFieldOfADeliveryTravels) {
  auto full = std::make_shared<PushRecord>();
  full->partition = 3;
  full->offset = 9;
  full->scope = PushScope::kSessions;
  full->targets = {{comet(1), {ConnId(1)}}, {comet(4), {ConnId(7), ConnId(7), ConnId(8)}}};
  full->room = "live://1";
  full->content = "opaque";
  full->lookup_uids = {Uid(5)};
  full->lookup_keys = {"key"};
  open();
  ASSERT_TRUE(log_.wait_for("opened"));
  write({Delivery{full, 1, 12, 1, 100}}, 1);
  const auto batch = comet_.message(1);
  ASSERT_EQ(batch.deliveries_size(), 1);
  const auto& sent = batch.deliveries(0);
  EXPECT_EQ(sent.scope(), push::SCOPE_SESSIONS);
  EXPECT_EQ((std::vector<std::uint64_t>{sent.conns().begin(), sent.conns().end()}),
            (std::vector<std::uint64_t>{7, 7, 8}));
  EXPECT_EQ(sent.room(), "live://1");
  EXPECT_EQ(sent.speed(), 12);
  EXPECT_EQ(sent.content(), "opaque");
  EXPECT_EQ(sent.lookup_uids(0), 5);
  EXPECT_EQ(sent.lookup_keys(0), "key");
}

TEST_F(GrpcCometGatewayTest, AnotherInstanceIsAConflict) {
  comet_.mood = ScriptedComet::Mood::kWrongNumber;
  open();
  EXPECT_TRUE(log_.wait_for("ended conflict"));
}

TEST_F(GrpcCometGatewayTest, FailedPreconditionIsAConflict) {
  comet_.mood = ScriptedComet::Mood::kRefuse;
  open();
  EXPECT_TRUE(log_.wait_for("ended conflict"));
}

TEST_F(GrpcCometGatewayTest, AHangUpIsUnavailableAndEndsOnce) {
  comet_.mood = ScriptedComet::Mood::kHangUpAfterFirst;
  open();
  ASSERT_TRUE(log_.wait_for("opened"));
  write({delivery(0, 0)}, 1);
  EXPECT_TRUE(log_.wait_for("ended unavailable"));
}

TEST_F(GrpcCometGatewayTest, NobodyThereIsUnavailable) {
  server_->Shutdown();
  open();
  EXPECT_TRUE(log_.wait_for("ended unavailable"));
}

TEST_F(GrpcCometGatewayTest, LettingGoEndsTheStreamSilently) {
  comet_.mood = ScriptedComet::Mood::kMute;
  open();
  EXPECT_TRUE(comet_.message(0).has_hello());
  stream_.reset();
  gateway_.reset();  // waits for the last callback
  EXPECT_EQ(log_.size(), 0U);
}

TEST_F(GrpcCometGatewayTest, WritingAndLettingGoInAnyOrderIsSafe) {
  for (int round = 0; round < 50; ++round) {
    log_.clear();
    open();
    if (round % 3 != 0) {
      ASSERT_TRUE(log_.wait_for("opened"));
    }
    if (round % 3 == 2) {
      const std::vector<Delivery> deliveries{delivery(0, round)};
      write(deliveries, 1);
    }
    stream_.reset();
  }
}

}  // namespace
}  // namespace im::job
