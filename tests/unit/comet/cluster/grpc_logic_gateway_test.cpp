#include "comet/cluster/grpc_logic_gateway.hpp"

#include <condition_variable>
#include <mutex>
#include <set>
#include <string>

#include <grpcpp/security/server_credentials.h>
#include <grpcpp/server.h>
#include <grpcpp/server_builder.h>
#include <gtest/gtest.h>

#include "im/logic.grpc.pb.h"

namespace im::comet {
namespace {

/// Answers everything with nothing, and writes down over which connection it was asked.
class Peers final : public logic::Logic::CallbackService {
 public:
  using Context = grpc::CallbackServerContext;
  using Reactor = grpc::ServerUnaryReactor;
  Reactor* Receive(Context* context, const logic::ReceiveRequest*, logic::ReceiveReply*) override {
    return note(context, requests_);
  }
  Reactor* Register(Context* context, const router::RegisterNodeRequest*, router::RegisterNodeReply*) override {
    return note(context, leases_);
  }
  Reactor* Heartbeat(Context* context, const router::RenewNodeRequest*, router::RenewNodeReply*) override {
    return note(context, leases_);
  }
  std::set<std::string> requests() { return copy(requests_); }
  std::set<std::string> leases() { return copy(leases_); }

 private:
  Reactor* note(Context* context, std::set<std::string>& peers) {
    {
      const std::lock_guard lock(mutex_);
      peers.insert(context->peer());
    }
    auto* reactor = context->DefaultReactor();
    reactor->Finish(grpc::Status::OK);
    return reactor;
  }
  std::set<std::string> copy(const std::set<std::string>& peers) {
    const std::lock_guard lock(mutex_);
    return peers;
  }
  std::mutex mutex_;
  std::set<std::string> requests_, leases_;
};

/// Counts answers.
class Answers {
 public:
  template <class T>
  std::function<void(Result<T>)> one() {
    return [this](const Result<T>& result) {
      const std::lock_guard lock(mutex_);
      good_ += result.ok() ? 1 : 0;
      ++all_;
      changed_.notify_all();
    };
  }
  int good_of(int count) {
    std::unique_lock lock(mutex_);
    changed_.wait_for(lock, std::chrono::seconds(30), [&] { return all_ >= count; });
    return good_;
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  int all_ = 0, good_ = 0;
};

TEST(GrpcLogicGateway, LeasesHaveAConnectionOfTheirOwn) {
  Peers peers;
  int port = 0;
  grpc::ServerBuilder builder;
  builder.AddListeningPort("127.0.0.1:0", grpc::InsecureServerCredentials(), &port);
  builder.RegisterService(&peers);
  const auto server = builder.BuildAndStart();
  Answers answers;
  const auto gateway = make_grpc_logic_gateway({{"127.0.0.1:" + std::to_string(port)}, std::chrono::seconds(20)});
  for (int i = 0; i < 3; ++i) gateway->receive({}, answers.one<ReceiveAnswer>());
  gateway->register_node({}, {}, 0, answers.one<registry::Registration>());
  gateway->renew({}, {}, 0, answers.one<registry::Renewal>());
  EXPECT_EQ(answers.good_of(5), 5);
  const auto requests = peers.requests(), leases = peers.leases();
  ASSERT_EQ(requests.size(), 1U);
  ASSERT_EQ(leases.size(), 1U);
  EXPECT_NE(*requests.begin(), *leases.begin()) << "a lease would wait behind ten thousand requests";
  server->Shutdown(std::chrono::system_clock::now());
}

}  // namespace
}  // namespace im::comet
