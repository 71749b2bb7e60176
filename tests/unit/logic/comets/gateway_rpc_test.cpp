// The gateway over real gRPC streams to comets made of a script. Waiting is for events, never for time.

#include <condition_variable>
#include <mutex>
#include <thread>

#include <grpcpp/server_builder.h>
#include <gtest/gtest.h>

#include "im/comet.grpc.pb.h"
#include "logic/comets/grpc_direct_transport.hpp"
#include "logic/comets/streaming_comet_gateway.hpp"
#include "tests/unit/logic/logic_fakes.hpp"

namespace im::logic {
namespace {

using namespace std::chrono_literals;
namespace ct = im::comet;

/// Takes everything, or nothing while it is stalled.
class ScriptedComet final : public ct::CometDirect::Service {
 public:
  ScriptedComet(std::uint32_t number, std::uint64_t epoch) : number_(number), epoch_(epoch) {}

  grpc::Status Direct(grpc::ServerContext* context,
                      grpc::ServerReaderWriter<ct::PushAck, ct::DirectBatch>* stream) override {
    ct::DirectBatch batch;
    if (!stream->Read(&batch)) return grpc::Status::OK;
    if (batch.hello().comet() != number_ || batch.hello().comet_epoch() != epoch_)
      return {grpc::StatusCode::FAILED_PRECONDITION, "another epoch"};
    ct::PushAck ack;
    ack.set_comet(number_);
    ack.set_comet_epoch(epoch_);
    stream->Write(ack);
    // gRPC says that the caller has given up only when asked.
    while (stalled_ && !context->IsCancelled()) std::this_thread::sleep_for(5ms);
    while (stream->Read(&batch)) stream->Write(take(batch));
    return grpc::Status::OK;
  }

  std::vector<std::string> seen() {
    const std::lock_guard lock(mutex_);
    return seen_;
  }
  void stall(bool on) { stalled_ = on; }

 private:
  ct::PushAck take(const ct::DirectBatch& batch) {
    const std::lock_guard lock(mutex_);
    ct::PushAck ack;
    ack.set_seq(batch.first_seq() + static_cast<std::uint64_t>(batch.commands_size()) - 1);
    for (const auto& command : batch.commands()) {
      seen_.push_back(command.kick().key());
      ack.add_reached(1);
    }
    return ack;
  }

  const std::uint32_t number_;
  const std::uint64_t epoch_;
  std::mutex mutex_;
  std::vector<std::string> seen_;
  std::atomic<bool> stalled_{false};
};

/// A comet on a port; the port stays the same when it starts again.
struct Running {
  explicit Running(ScriptedComet& comet, int at = 0) {
    grpc::ServerBuilder builder;
    builder.AddListeningPort("127.0.0.1:" + std::to_string(at), grpc::InsecureServerCredentials(), &port);
    builder.RegisterService(&comet);
    server = builder.BuildAndStart();
  }
  ~Running() { server->Shutdown(std::chrono::system_clock::now()); }
  std::string address() const { return "127.0.0.1:" + std::to_string(port); }
  int port = 0;
  std::unique_ptr<grpc::Server> server;
};

/// Answers as they come.
class Answers {
 public:
  Reached note() {
    return [this](const Result<std::int32_t>& result) {
      const std::lock_guard lock(mutex_);
      if (!result.ok()) errors_.push_back(result.error());
      ++count_;
      changed_.notify_all();
    };
  }
  bool wait_for(std::size_t count) {
    std::unique_lock lock(mutex_);
    return changed_.wait_for(lock, 30s, [&] { return count_ >= count; });
  }
  std::vector<Error> errors() {
    const std::lock_guard lock(mutex_);
    return errors_;
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  std::size_t count_ = 0;
  std::vector<Error> errors_;
};

class GatewayRpc : public testing::Test {
 protected:
  GatewayRpc() { gateway_.start(); }
  void send(const CometInstance& comet, const std::string& mark, Answers& answers) {
    Kick kick;
    kick.key = mark;
    gateway_.kick(comet, std::move(kick), answers.note());
  }
  static DirectLimits patient() {
    DirectLimits limits;
    limits.patience = 20s;  // the machine may be busy
    return limits;
  }

  Answers stalled_, answers_;  // outlives the gateway, which tells everybody at its end
  ScriptedComet one_{1, 10}, two_{2, 20};
  std::unique_ptr<Running> first_ = std::make_unique<Running>(one_), second_ = std::make_unique<Running>(two_);
  std::atomic<bool> whole_{true};
  const std::vector<CometPlace> listed_{{kOne, "comet-1", first_->address()}, {kTwo, "comet-2", second_->address()}};
  StreamingCometGateway gateway_{make_grpc_direct_transport("logic-1", 5s),
                                 [this] { return CometListing{listed_, whole_}; }, patient()};
};

TEST_F(GatewayRpc, CommandsOfOneCallerKeepTheirOrderUnderLoad) {
  constexpr int kCommands = 5000;
  std::vector<std::string> wanted;
  std::thread other([this] {
    for (int i = 0; i < kCommands; ++i) send(kTwo, std::to_string(i), answers_);
  });
  for (int i = 0; i < kCommands; ++i) {
    wanted.push_back(std::to_string(i));
    send(kOne, wanted.back(), answers_);
  }
  other.join();
  ASSERT_TRUE(answers_.wait_for(2 * kCommands));
  EXPECT_TRUE(answers_.errors().empty());
  EXPECT_EQ(one_.seen(), wanted);
  EXPECT_EQ(two_.seen(), wanted);
}

TEST_F(GatewayRpc, AStalledCometDelaysNobodyElse) {
  one_.stall(true);
  for (int i = 0; i < 1000; ++i) send(kOne, std::string(1000, 'x'), stalled_);
  for (int i = 0; i < 1000; ++i) send(kTwo, std::to_string(i), answers_);
  ASSERT_TRUE(answers_.wait_for(1000));
  EXPECT_EQ(two_.seen().size(), 1000U);
  EXPECT_TRUE(one_.seen().empty());
  one_.stall(false);
  EXPECT_TRUE(stalled_.wait_for(1000));
}

TEST_F(GatewayRpc, ReachesACometThatCameBack) {
  send(kOne, "before", answers_);
  ASSERT_TRUE(answers_.wait_for(1));
  const int port = first_->port;
  first_.reset();
  first_ = std::make_unique<Running>(one_, port);
  // At most once: those sent into the end of the old stream may fail, none comes twice.
  for (int i = 0; one_.seen().size() < 2 && i < 100; ++i) {
    send(kOne, "after " + std::to_string(i), answers_);
    ASSERT_TRUE(answers_.wait_for(static_cast<std::size_t>(i) + 2));
  }
  EXPECT_EQ(one_.seen().size(), 2U);
  EXPECT_EQ(gateway_.stats().lost, 1U);
}

TEST_F(GatewayRpc, AnotherInstanceAtTheAddressIsAConflict) {
  ScriptedComet successor(1, 11);
  const int port = first_->port;
  first_.reset();
  first_ = std::make_unique<Running>(successor, port);
  send(kOne, "a", answers_);
  ASSERT_TRUE(answers_.wait_for(1));
  EXPECT_EQ(answers_.errors().at(0).code, Error::Code::kConflict);
  EXPECT_TRUE(successor.seen().empty());
}

TEST_F(GatewayRpc, AKickGoesToEveryCometAndAnErrorOfOneWins) {
  Kick kick;
  kick.uid = Uid(7);
  gateway_.kick_everywhere(kick, answers_.note());
  ASSERT_TRUE(answers_.wait_for(1));
  EXPECT_TRUE(answers_.errors().empty());
  EXPECT_EQ(one_.seen().size() + two_.seen().size(), 2U);
  ScriptedComet successor(1, 11);
  const int port = first_->port;
  first_.reset();
  first_ = std::make_unique<Running>(successor, port);
  gateway_.kick_everywhere(kick, answers_.note());
  ASSERT_TRUE(answers_.wait_for(2));
  ASSERT_EQ(answers_.errors().size(), 1U);
  EXPECT_EQ(answers_.errors()[0].message.substr(0, 8), "comet co");
}

/// Somebody may be on a comet that has not been named again yet.
TEST_F(GatewayRpc, AKickByAListThatIsNotWholeIsNotBelieved) {
  whole_ = false;
  Kick kick;
  kick.uid = Uid(7);
  gateway_.kick_everywhere(kick, answers_.note());
  ASSERT_TRUE(answers_.wait_for(1));
  ASSERT_EQ(answers_.errors().size(), 1U);
  EXPECT_EQ(answers_.errors()[0].code, Error::Code::kUnavailable);
  EXPECT_EQ(one_.seen().size() + two_.seen().size(), 2U) << "those that are named are told all the same";
}

}  // namespace
}  // namespace im::logic
