#include "job/config.hpp"

#include "common/config/rules.hpp"

namespace im::job {

namespace {

std::string check(const Config& config) {
  if (config.kafka_group.empty()) return "kafka.group: must not be empty";
  if (config.kafka_session_timeout.count() < 1000) return "kafka.session_timeout: at least 1s";
  if (config.commit_interval.count() < 10) return "kafka.commit_interval: at least 10ms";
  if (config.batch.value == 0 || config.batch.value > 2U << 20) return "comet.batch: 1 byte to 2MiB";
  if (config.window.value < config.batch.value) return "comet.window: at least comet.batch";
  if (config.backlog.value < config.window.value) return "comet.backlog: at least comet.window";
  if (config.memory_limit.value < config.backlog.value) return "comet.memory_limit: at least comet.backlog";
  return {};
}

}  // namespace

void describe(config::Options& options, Config& config) {
  config::describe(options, config.kafka, "Where the pushes come from.");
  options.add("group", config.kafka_group,
              "Consumer group: jobs of one group share the partitions. With kafka.cluster it is GROUP-CLUSTER.");
  options.add("session_timeout", config.kafka_session_timeout,
              "A job that is silent for this long loses its partitions to the others.");
  options.add("commit_interval", config.commit_interval,
              "How often settled offsets are committed. A job that dies repeats at most this much; comets skip it.");

  options.section("router", "The registry of comets.");
  options.add("addresses", config.router_addresses, "Routers, \"host:port\".");
  options.must(config::addresses(config.router_addresses));
  options.add(
      "grace", config.registry_grace,
      "A router that job meets for the first time is not believed for this long when it misses a comet: after a "
      "restart its registry is empty until every comet renewed its lease.");

  describe(options, config.grpc_tls, pki::Role::kJob, {}, {{"router.addresses", &config.router_addresses}});

  options.section("comet", "The streams to the comets.");
  options.add("window", config.window, "Bytes sent to one comet and not acknowledged yet.");
  options.add(
      "backlog", config.backlog,
      "Bytes that wait for one comet. Over it the comet counts as stalled: its pushes are dropped and counted until "
      "half of the backlog is gone; its clients are then asked to reconnect; other comets are not affected.");
  options.add("batch", config.batch, "Most bytes in one message on the stream.");
  options.add(
      "memory_limit", config.memory_limit,
      "Bytes of records that are read and not settled. Over it silent comets lose their backlog, then reading pauses.");
  options.check([&config] { return check(config); });
}

}  // namespace im::job
