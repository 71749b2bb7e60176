#include "common/daemon/node_config.hpp"

namespace im {

NodeConfig default_node(const std::string& service, int ops_port) {
  NodeConfig node;
  node.name = service + "-1";
  node.ops_port = ops_port;
  return node;
}

void describe(config::Options& options, NodeConfig& node) {
  options.section("node", "This node.");
  options.add("name", node.name,
              "Name of this node, unique among its kind; a second node of a name that is in use is refused.");
  options.add("region", node.region,
              "Region, e.g. a city. The node list prefers comets of the region of the logic that is asked.");
  options.add("zone", node.zone, "Zone within the region.");
  options.add("env", node.env, "Deployment environment, shown in the node list.");
  options.add("drain_deadline", node.drain_deadline,
              "How long work under way may take after SIGTERM or SIGINT; then the process ends. A second signal ends "
              "it at once.");
  options.section("log", "Logs go to stderr.");
  options.add("level", node.log_level, "Lines below this level are left out.", {"debug", "info", "warn", "error"});
  options.add("format", node.log_format, "auto writes text to a terminal and JSON lines to anything else.",
              {"auto", "text", "json"});
  options.section(
      "ops",
      "Health (/healthz/live, /healthz/ready) and metrics (/metrics) over HTTP. No authentication: keep it private.");
  options.add("bind", node.ops_bind, "Address of the ops server.");
  options.add("port", node.ops_port, "Port of the ops server; 0 takes a free one.");
  options.listens(node.ops_bind, node.ops_port);
  options.add("origins", node.ops_origins,
              "Web pages (\"https://console.example.com\") that may use the ops server; all others get 403.");
  options.add(
      "hosts", node.ops_hosts,
      "Names of the ops server beside addresses and localhost, as a scraper writes them in Host; another name gets "
      "421.");
}

}  // namespace im
