#include "logic/http_config.hpp"

#include <algorithm>
#include <stdexcept>

#include "common/base/cidr.hpp"

namespace im::logic {

namespace {

std::string network_problem(const HttpConfig& config) {
  try {
    const CidrList networks(config.allow_from);
    return "";
  } catch (const std::invalid_argument& error) {
    return std::string("http.allow_from: ") + error.what();
  }
}

std::string http_fault(const HttpLimits& http) {
  if (http.max_connections < 1) return "http.max_connections: must be at least 1";
  if (http.max_per_ip < 0) return "http.max_per_ip: must be 0 or above";
  const config::Millis shortest =
      std::min({http.header_timeout, http.body_timeout, http.idle_timeout, http.write_timeout});
  if (shortest.count() < 1) return "http.header_timeout, body_timeout, idle_timeout, write_timeout: must be above 0";
  return "";
}

}  // namespace

void describe(config::Options& options, HttpConfig& config) {
  options.section("http", "The HTTP APIs.");
  options.add("push_bind", config.push_bind,
              "Address of the push API (/goim/push/*, /goim/online/*, /1/*). It has no authentication of its own.");
  options.add("push_port", config.push_port, "Port of the push API.");
  options.listens(config.push_bind, config.push_port);
  options.add(
      "allow_from", config.allow_from,
      "Networks (\"10.0.0.0/8\", \"::1\") that may use the push API; others get 403. Empty: nobody; \"0.0.0.0/0\" and "
      "\"::/0\": everybody, with a warning at the start.");
  options.add(
      "origins", config.origins,
      "Web pages (\"https://console.example.com\") that may use the push API; all others get 403, so that a browser "
      "inside the network is no one's hand.");
  options.add(
      "hosts", config.hosts,
      "Names of the push API beside addresses and localhost, as clients and proxies write them in Host; another "
      "name gets 421.");
  options.add("body_limit", config.body_limit, "Largest message body; above it 413.");
  options.add("public_bind", config.public_bind, "Address of the public API (/goim/nodes/*).");
  options.add("public_port", config.public_port, "Port of the public API.");
  options.listens(config.public_bind, config.public_port);
  options.add("max_connections", config.limits.max_connections, "Most open connections of each of the two ports.");
  options.add(
      "max_per_ip", config.limits.max_per_ip,
      "Most open connections of one address to each of the two ports; 0 = no limit. Behind an HTTP proxy all have "
      "its address.");
  options.add("header_timeout", config.limits.header_timeout,
              "From the first byte of a request to the end of its head.");
  options.add("body_timeout", config.limits.body_timeout, "From the head of a request to the end of its body.");
  options.add("idle_timeout", config.limits.idle_timeout, "How long a connection may wait for its next request.");
  options.add("write_timeout", config.limits.write_timeout, "How long a client may take to read what it is answered.");
  options.check([&config] {
    const std::string problem = network_problem(config);
    return problem.empty() ? http_fault(config.limits) : problem;
  });
}

void describe(config::Options& options, GrpcConfig& config) {
  config::describe(options, static_cast<config::GrpcSection&>(config), "Where comets reach this logic.");
  options.add("max_connection_age", config.max_connection_age,
              "How long a comet or backend keeps one gRPC connection, give or take a tenth; then it is asked to open a "
              "new one, "
              "so that a load balancer spreads them again. Calls under way go on. 0 = for ever. Also for "
              "push_api.grpc_port.");
}

}  // namespace im::logic
