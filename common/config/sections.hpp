#pragma once

#include <string>

#include "common/config/options.hpp"

/// Sections that several daemons have.
namespace im::config {

/// Section "grpc".
struct GrpcSection {
  std::string bind = "127.0.0.1";
  int port = 0;
  std::string advertise;
  int max_connections = 512;

  std::string listens_at() const;  ///< "127.0.0.1:3109", "[::1]:3109"
  std::string reached_at() const;  ///< where others reach it: `advertise`, else the same
};
/// `doc`: of the section; who reaches whom.
void describe(Options& options, GrpcSection& grpc, const std::string& doc);

/// Where Kafka is and which topic holds the pushes; the beginning of section "kafka".
struct KafkaSection {
  std::string brokers = "127.0.0.1:9092";
  std::string bootstrap_file;
  std::string topic = "goim-push-topic";
  std::string cluster;

  /// What a client is given: nothing when the file says it.
  std::string named_brokers() const { return bootstrap_file.empty() ? brokers : std::string(); }
};
void describe(Options& options, KafkaSection& kafka, const std::string& doc);

}  // namespace im::config
