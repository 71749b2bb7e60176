#include "common/daemon/self_node.hpp"

#include <unistd.h>
#include <utility>

#include "common/daemon/build_info.hpp"

namespace im {

namespace {

std::string hostname() {
  char name[256] = {};
  ::gethostname(name, sizeof name - 1);
  return name;
}

}  // namespace

registry::Node self_node(registry::NodeKind kind, const NodeConfig& config, std::string grpc_address) {
  registry::Node node;
  node.kind = kind;
  node.name = config.name;
  node.ops_address = config.ops_bind + ":" + std::to_string(config.ops_port);
  node.grpc_address = grpc_address.empty() ? node.ops_address : std::move(grpc_address);
  node.region = config.region;
  node.zone = config.zone;
  node.env = config.env;
  node.hostname = hostname();
  node.version = build_version();
  return node;
}

}  // namespace im
