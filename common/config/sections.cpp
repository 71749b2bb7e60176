#include "common/config/sections.hpp"

#include "common/config/rules.hpp"

namespace im::config {

std::string GrpcSection::listens_at() const {
  const bool v6 = bind.find(':') != std::string::npos && !bind.starts_with('[');
  return (v6 ? "[" + bind + "]" : bind) + ":" + std::to_string(port);
}

std::string GrpcSection::reached_at() const { return advertise.empty() ? listens_at() : advertise; }

void describe(Options& options, GrpcSection& grpc, const std::string& doc) {
  options.section("grpc", doc);
  options.add("bind", grpc.bind, "Address the gRPC server binds to.");
  options.add("port", grpc.port, "Port of the gRPC server.");
  options.listens(grpc.bind, grpc.port);
  options.add("advertise", grpc.advertise,
              "host:port at which others reach this node; empty takes bind:port. Set it when bind is 0.0.0.0.");
  options.must(address_or_empty(grpc.advertise));
  options.add("max_connections", grpc.max_connections,
              "Most open gRPC connections; one more is closed. Cut to half of the open files that the daemon keeps for "
              "itself (docs/operations.md, \"Open files\").",
              1);
}

void describe(Options& options, KafkaSection& kafka, const std::string& doc) {
  options.section("kafka", doc);
  options.add("brokers", kafka.brokers, "Brokers, \"host:port,host:port\". Not read when bootstrap_file is set.");
  options.add("bootstrap_file", kafka.bootstrap_file,
              "File with the addresses of im-devkafka, which takes free ports; followed when it changes.");
  options.add("topic", kafka.topic, "Topic of the pushes: logic writes to it, job reads it.");
  options.add(
      "cluster", kafka.cluster,
      "Name of this cluster, the same for all its logics and jobs: records carry it, the consumer group ends "
      "with it. Clusters that share a Kafka need one each; a job that meets a record of another cluster stops.");
  options.must(name_or_empty(kafka.cluster));
  options.check([&kafka]() -> std::string {
    if (kafka.brokers.empty() && kafka.bootstrap_file.empty())
      return "kafka.brokers: is empty and kafka.bootstrap_file too; one of them must say where Kafka is";
    return kafka.topic.empty() ? "kafka.topic: must not be empty" : "";
  });
}

}  // namespace im::config
