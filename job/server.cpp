#include "job/server.hpp"

#include <future>
#include <thread>
#include <utility>

#include "common/base/domain_thread.hpp"
#include "common/base/log.hpp"
#include "job/grpc_comet_gateway.hpp"
#include "job/grpc_router_gateway.hpp"
#include "job/job_metrics.hpp"
#include "job/job_registration.hpp"
#include "job/kafka_source.hpp"
#include "job/node_watch.hpp"
#include "job/push_engine.hpp"

namespace im::job {

using namespace std::chrono_literals;

namespace {

kafka::ConsumerConfig consumer_config(const JobConfig& config, const NodeConfig& node) {
  kafka::ConsumerConfig consumer;
  consumer.brokers = config.kafka_bootstrap_file.empty() ? config.kafka_brokers : "";
  consumer.bootstrap_file = config.kafka_bootstrap_file;
  consumer.topic = config.kafka_topic;
  consumer.group = config.kafka_group;
  consumer.client_id = node.name;
  consumer.session_timeout = config.kafka_session_timeout;
  return consumer;
}

EngineConfig engine_config(const JobConfig& config, const NodeConfig& node) {
  EngineConfig engine;
  engine.job = node.name;
  engine.topic = config.kafka_topic;
  engine.link.window = config.window.value;
  engine.link.backlog = config.backlog.value;
  engine.link.batch_bytes = config.batch.value;
  engine.memory_limit = config.memory_limit.value;
  engine.commit_interval = config.commit_interval;
  engine.registry_grace = config.registry_grace;
  return engine;
}

JobNode job_node(const NodeConfig& node) {
  return {node.name, node.ops_bind + ":" + std::to_string(node.ops_port), node.region, node.zone, node.env};
}

class Server : public Service {
 public:
  Server(const JobConfig& config, DaemonContext& context)
      : context_(context),
        commit_interval_(config.commit_interval),
        source_(consumer_config(config, context.node), domain_),
        comets_(make_grpc_comet_gateway()),
        router_(make_grpc_router_gateway(config.router_addresses)),
        engine_(engine_config(config, context.node), domain_, *comets_, source_, [this] { watch_->refresh(); }),
        watch_(
            std::make_shared<NodeWatch>(domain_, *router_, [this](NodeList list) { engine_.nodes(std::move(list)); })),
        registration_(std::make_shared<JobRegistration>(domain_, *router_, job_node(context.node))) {
    context_.metrics.add([snapshot = snapshot_](MetricsPage& page) { snapshot->collect(page); });
    context_.health.set("kafka", false, "starting");
    context_.health.set("router", false, "starting");
  }

  ~Server() override { stop(); }

  void start() override {
    domain_.start();
    domain_.post([this] {
      watch_->start();
      registration_->start();
      tick();
    });
    source_.start(engine_);
  }

  void drain(TimePoint deadline) override {
    domain_.post([this] { engine_.drain(); });
    while (monotonic_now() < deadline) {
      auto settled = std::make_shared<std::promise<bool>>();
      auto answer = settled->get_future();
      domain_.post([this, settled] { settled->set_value(engine_.settled()); });
      if (answer.wait_until(deadline) == std::future_status::ready && answer.get()) return;
      std::this_thread::sleep_for(20ms);
    }
    log::warn("not all deliveries were acknowledged in time: the next holder of the partitions sends them again");
  }

  void stop() override {
    if (std::exchange(stopped_, true)) return;
    source_.stop();  // gives the partitions up: what is settled is committed
    auto left = std::make_shared<std::promise<void>>();
    auto answer = left->get_future();
    domain_.post([this, left] {
      watch_->stop();
      engine_.stop();
      registration_->stop([left] { left->set_value(); });
    });
    answer.wait_for(1500ms);
    comets_.reset();
    router_.reset();
    domain_.stop();
  }

 private:
  void tick() {
    engine_.tick();
    auto kafka = source_.status();
    context_.health.set("kafka", kafka.up, kafka.detail);
    context_.health.set("router", watch_->up(), watch_->detail());
    snapshot_->publish(engine_.stats(), std::move(kafka));
    domain_.post_after(commit_interval_, [this] { tick(); });
  }

  DaemonContext& context_;
  const Duration commit_interval_;
  const std::shared_ptr<JobSnapshot> snapshot_ = std::make_shared<JobSnapshot>();
  DomainThread domain_;  // first: the others post to it until they are gone
  KafkaSource source_;
  std::unique_ptr<CometGateway> comets_;
  std::unique_ptr<RouterGateway> router_;
  PushEngine engine_;
  std::shared_ptr<NodeWatch> watch_;
  std::shared_ptr<JobRegistration> registration_;
  bool stopped_ = false;
};

}  // namespace

std::unique_ptr<Service> make_server(const JobConfig& config, DaemonContext& context) {
  return std::make_unique<Server>(config, context);
}

}  // namespace im::job
