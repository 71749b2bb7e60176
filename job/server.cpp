#include "job/server.hpp"

#include <future>
#include <thread>
#include <utility>

#include "common/base/domain_thread.hpp"
#include "common/base/log.hpp"
#include "common/daemon/self_node.hpp"
#include "common/registry/grpc_registry.hpp"
#include "common/registry/node_lease.hpp"
#include "common/registry/node_watch.hpp"
#include "common/routers/router_map.hpp"
#include "job/grpc_comet_gateway.hpp"
#include "job/job_metrics.hpp"
#include "job/kafka_source.hpp"
#include "job/push_engine.hpp"

namespace im::job {

using namespace std::chrono_literals;

namespace {

constexpr std::chrono::milliseconds kLongPoll{2000};

kafka::ConsumerConfig consumer_config(const Config& config, const NodeConfig& node) {
  kafka::ConsumerConfig consumer;
  consumer.brokers = config.kafka.named_brokers();
  consumer.bootstrap_file = config.kafka.bootstrap_file;
  consumer.topic = config.kafka.topic;
  consumer.group = config.group();
  consumer.client_id = node.name;
  consumer.session_timeout = config.kafka_session_timeout;
  return consumer;
}

EngineConfig engine_config(const Config& config, const NodeConfig& node) {
  EngineConfig engine;
  engine.job = node.name;
  engine.topic = config.kafka.topic;
  engine.cluster = config.kafka.cluster;
  engine.link.window = config.window.value;
  engine.link.backlog = config.backlog.value;
  engine.link.batch_bytes = config.batch.value;
  engine.memory_limit = config.memory_limit.value;
  engine.commit_interval = config.commit_interval;
  engine.registry_grace = config.registry_grace;
  return engine;
}

NodeList list_of(const registry::NodeListing& listing) {
  NodeList list{{}, listing.router_id, listing.version, listing.asked_at};
  for (const registry::Node& node : listing.nodes) list.comets.push_back({node.instance, node.name, node.grpc_address});
  return list;
}

class Server : public Service {
 public:
  Server(const Config& config, DaemonContext& context)
      : context_(context),
        commit_interval_(config.commit_interval),
        source_(consumer_config(config, context.node), domain_),
        comets_(make_grpc_comet_gateway()),
        routers_(config.router_addresses),
        registry_(registry::make_grpc_registry(routers_)),
        engine_(engine_config(config, context.node), domain_, *comets_, source_, [this] { watch_->refresh(); }),
        watch_(std::make_shared<registry::NodeWatch>(domain_, *registry_, registry::NodeKind::kComet, kLongPoll,
                                                     [this](const Result<registry::NodeListing>& found) {
                                                       if (found.ok()) engine_.nodes(list_of(found.value()));
                                                     })),
        // For operators to see. Nothing depends on it: Kafka decides who holds what.
        lease_(std::make_shared<registry::NodeLease>(
            domain_, *registry_, self_node(registry::NodeKind::kJob, context.node, ""), registry::LeaseHooks())) {
    context_.live_keys.add("router.addresses",
                           [this](const std::string& toml) { routers_.learn_of(strings_of(toml)); });
    context_.metrics.add([snapshot = snapshot_](MetricsPage& page) { snapshot->collect(page); });
    context_.health.set("kafka", false, "starting");
    context_.health.set("router", false, "starting");
  }

  ~Server() override { stop(); }

  void start() override {
    domain_.start();
    routers_.start();
    domain_.post([this] {
      watch_->start();
      lease_->start();
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
      lease_->stop();
      if (!lease_->registered()) return left->set_value();
      registry_->unregister(lease_->ref(), [left](const Result<Ok>&) { left->set_value(); });
    });
    answer.wait_for(1500ms);
    comets_.reset();
    registry_.reset();
    routers_.stop();
    domain_.stop();
  }

 private:
  void tick() {
    engine_.tick();
    auto kafka = source_.status();
    context_.health.set("kafka", kafka.up, kafka.detail);
    context_.health.set("router", watch_->up(), watch_->detail());
    context_.health.set("topic", engine_.stopped_by().empty(), engine_.stopped_by());
    snapshot_->publish(engine_.stats(), std::move(kafka));
    domain_.post_after(commit_interval_, [this] { tick(); });
  }

  DaemonContext& context_;
  const Duration commit_interval_;
  const std::shared_ptr<JobSnapshot> snapshot_ = std::make_shared<JobSnapshot>();
  DomainThread domain_;  // first: the others post to it until they are gone
  KafkaSource source_;
  std::unique_ptr<CometGateway> comets_;
  routers::RouterMap routers_;
  std::unique_ptr<registry::Registry> registry_;
  PushEngine engine_;
  std::shared_ptr<registry::NodeWatch> watch_;
  std::shared_ptr<registry::NodeLease> lease_;
  bool stopped_ = false;
};

}  // namespace

std::unique_ptr<Service> make_server(const Config& config, DaemonContext& context) {
  return std::make_unique<Server>(config, context);
}

}  // namespace im::job
