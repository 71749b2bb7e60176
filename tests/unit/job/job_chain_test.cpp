// Kafka's protocol → job's parts → a comet over gRPC, all in this process. IM_TEST_KAFKA=HOST:PORT runs it against a
// real broker (topic goim-push-topic) instead of the mock cluster.
#include <condition_variable>
#include <cstdlib>
#include <map>
#include <mutex>
#include <set>
#include <unistd.h>

#include <grpcpp/server_builder.h>
#include <gtest/gtest.h>

#include "common/base/domain_thread.hpp"
#include "common/kafka/producer.hpp"
#include "im/comet.grpc.pb.h"
#include "job/grpc_comet_gateway.hpp"
#include "job/kafka_source.hpp"
#include "job/push_engine.hpp"
#include "tests/unit/job/job_fakes.hpp"
#include "tools/devkafka/mock_cluster.hpp"

namespace im::job {
namespace {

using namespace std::chrono_literals;
constexpr auto kChainPatience = 60s;
constexpr char kTopic[] = "goim-push-topic";

/// Keeps marks as a comet does and remembers what it applied.
class MarkingComet : public comet::Comet::Service {
 public:
  grpc::Status Push(grpc::ServerContext*, grpc::ServerReaderWriter<comet::PushAck, comet::PushBatch>* stream) override {
    comet::PushBatch message;
    if (!stream->Read(&message)) return grpc::Status::OK;
    const auto hello = message.hello();
    comet::PushAck ack;
    ack.set_comet(hello.comet());
    ack.set_comet_epoch(hello.comet_epoch());
    stream->Write(ack);
    while (stream->Read(&message)) {
      apply(hello.bus(), message);
      comet::PushAck taken;
      taken.set_seq(message.first_seq() + static_cast<std::uint64_t>(message.deliveries_size()) - 1);
      stream->Write(taken);
    }
    return grpc::Status::OK;
  }

  /// Contents of this run in the order they were applied.
  bool wait_for(const std::string& run, std::size_t count) {
    std::unique_lock lock(mutex_);
    return changed_.wait_for(lock, kChainPatience, [&] { return applied_[run].size() >= count; });
  }
  std::vector<std::string> applied(const std::string& run) {
    const std::lock_guard lock(mutex_);
    return applied_[run];
  }

 private:
  void apply(const std::string& bus, const comet::PushBatch& message) {
    const std::lock_guard lock(mutex_);
    for (const auto partition : message.restarted_partitions()) marks_.erase({bus, partition});
    for (const auto& part : message.deliveries()) {
      auto& mark = marks_.try_emplace({bus, part.partition()}, -1).first->second;
      if (part.offset() <= mark) continue;
      mark = part.offset();
      applied_[part.room()].push_back(part.content());
    }
    changed_.notify_all();
  }

  std::mutex mutex_;
  std::condition_variable changed_;
  std::map<std::pair<std::string, std::int32_t>, std::int64_t> marks_;
  std::map<std::string, std::vector<std::string>> applied_;
};

/// One job: everything but its command line.
class Job {
 public:
  Job(const kafka::ConsumerConfig& kafka, const NodeList& nodes)
      : source_(kafka, domain_),
        gateway_(make_grpc_comet_gateway()),
        engine_(config(), domain_, *gateway_, source_, [this, nodes] {
          auto list = nodes;
          list.asked_at = monotonic_now();
          domain_.post([this, list] { engine_.nodes(list); });
        }) {
    domain_.start();
    auto first = nodes;
    first.asked_at = monotonic_now();
    domain_.post([this, first] {
      engine_.nodes(first);
      tick();
    });
    source_.start(engine_);
  }
  ~Job() {
    source_.stop();
    domain_.run_and_wait([this] { engine_.stop(); }, 10s);
    gateway_.reset();
    domain_.stop();
  }
  bool wait_until_settled() {
    const auto until = monotonic_now() + kChainPatience;
    while (monotonic_now() < until) {
      bool settled = false;
      domain_.run_and_wait([this, &settled] { settled = engine_.settled(); }, kChainPatience);
      if (settled) return true;
      // The chain runs on threads of gRPC and librdkafka: only asking again shows its end.
      std::this_thread::sleep_for(10ms);
    }
    return false;
  }
  EngineStats stats() {
    EngineStats stats;
    domain_.run_and_wait([this, &stats] { stats = engine_.stats(); }, kChainPatience);
    return stats;
  }
  kafka::ConsumerStatus kafka() const { return source_.status(); }

 private:
  static EngineConfig config() {
    EngineConfig config;
    config.job = "job-1";
    config.topic = kTopic;
    config.registry_grace = 0s;
    return config;
  }
  void tick() {
    engine_.tick();
    domain_.post_after(50ms, [this] { tick(); });
  }

  DomainThread domain_;
  KafkaSource source_;
  std::unique_ptr<CometGateway> gateway_;
  PushEngine engine_;
};

class JobChainTest : public testing::Test {
 protected:
  void SetUp() override {
    const char* real = std::getenv("IM_TEST_KAFKA");
    if (real == nullptr) {
      cluster_ = std::make_unique<devkafka::MockCluster>(1, std::vector<devkafka::TopicSpec>{{kTopic, 8}});
    }
    kafka_.brokers = real != nullptr ? real : cluster_->bootstraps();
    kafka_.topic = kTopic;
    kafka_.group = "chain-" + run_;
    kafka::ProducerConfig producing;
    producing.brokers = kafka_.brokers;
    producing.topic = kTopic;
    producer_ = std::make_unique<kafka::Producer>(producing);
    producer_->start();

    int port = 0;
    grpc::ServerBuilder builder;
    builder.AddListeningPort("127.0.0.1:0", grpc::InsecureServerCredentials(), &port);
    builder.RegisterService(&comet_);
    server_ = builder.BuildAndStart();
    ASSERT_NE(server_, nullptr);
    auto here = node(1);
    here.address = "127.0.0.1:" + std::to_string(port);
    nodes_ = {{here}, 7, 1, {}};
  }
  void TearDown() override { server_->Shutdown(); }

  void push(int from, int to, const std::vector<CometInstance>& targets) {
    std::mutex mutex;
    std::condition_variable changed;
    int answered = 0;
    for (int i = from; i < to; ++i) {
      producer_->produce("key-" + std::to_string(i % 20), message(i, targets), [&](const auto& result) {
        const std::lock_guard lock(mutex);
        EXPECT_TRUE(result.ok());
        ++answered;
        changed.notify_all();
      });
    }
    std::unique_lock lock(mutex);
    ASSERT_TRUE(changed.wait_for(lock, kChainPatience, [&] { return answered == to - from; }));
  }
  std::string message(int i, const std::vector<CometInstance>& targets) const {
    push::Record record;
    record.set_scope(push::SCOPE_ROOM);
    record.set_room(run_);
    record.set_content(std::to_string(i));
    for (const auto& target : targets) {
      auto& out = *record.add_targets();
      out.set_comet(target.number.value());
      out.set_epoch(target.epoch.value());
    }
    return record.SerializeAsString();
  }
  /// Each once, and in order per key.
  void expect_all(int count) {
    const auto applied = comet_.applied(run_);
    EXPECT_EQ(applied.size(), static_cast<std::size_t>(count));
    std::map<int, int> last;
    for (const auto& content : applied) {
      const int i = std::stoi(content);
      EXPECT_GT(i, last.try_emplace(i % 20, -1).first->second);
      last[i % 20] = i;
    }
  }

  const std::string run_ = std::to_string(getpid()) + "-" + std::to_string(unix_ms());
  std::unique_ptr<devkafka::MockCluster> cluster_;
  kafka::ConsumerConfig kafka_;
  std::unique_ptr<kafka::Producer> producer_;
  MarkingComet comet_;
  std::unique_ptr<grpc::Server> server_;
  NodeList nodes_;
};

TEST_F(JobChainTest, EveryRecordReachesTheCometOnceAndIsCommitted) {
  push(0, 1000, {comet(1)});
  Job job(kafka_, nodes_);
  ASSERT_TRUE(comet_.wait_for(run_, 1000));
  ASSERT_TRUE(job.wait_until_settled());
  expect_all(1000);
  for (const auto& partition : job.kafka().partitions) EXPECT_EQ(partition.position, partition.high);
}

TEST_F(JobChainTest, AJobThatEndsInTheMiddleLosesNothingAndRepeatsNothing) {
  push(0, 200, {comet(1)});
  for (int round = 1; round <= 3; ++round) {
    Job job(kafka_, nodes_);
    push(round * 200, (round + 1) * 200, {comet(1)});
    ASSERT_TRUE(comet_.wait_for(run_, static_cast<std::size_t>(round * 200 + 50)));  // then it goes, in the middle
  }
  Job last(kafka_, nodes_);
  ASSERT_TRUE(comet_.wait_for(run_, 800));
  ASSERT_TRUE(last.wait_until_settled());
  expect_all(800);
}

TEST_F(JobChainTest, ADeadTargetIsSettledAndTheOtherGetsEverything) {
  Job job(kafka_, nodes_);
  push(0, 100, {comet(1), comet(2, 5)});
  ASSERT_TRUE(comet_.wait_for(run_, 100));
  ASSERT_TRUE(job.wait_until_settled());
  expect_all(100);
  EXPECT_GE(job.stats().drops.comet_gone, 100U);
}

TEST_F(JobChainTest, BrokenRecordsAreLeftOut) {
  Job job(kafka_, nodes_);
  producer_->produce("key-1", "\xff\xff not a record", {});
  push(0, 20, {comet(1)});
  ASSERT_TRUE(comet_.wait_for(run_, 20));
  ASSERT_TRUE(job.wait_until_settled());
  EXPECT_GE(job.stats().malformed, 1U);
}

}  // namespace
}  // namespace im::job
