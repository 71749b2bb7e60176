#include "common/registry/convert.hpp"

#include <gtest/gtest.h>

namespace im::registry {
namespace {

Node every_field() {
  Node node;
  node.kind = NodeKind::kJob;
  node.name = "n";
  node.grpc_address = "g";
  node.ops_address = "o";
  node.region = "r";
  node.zone = "z";
  node.env = "e";
  node.hostname = "h";
  node.version = "v";
  node.addresses = {"a", "b"};
  node.weight = 1;
  node.offline = node.draining = node.restoring = true;
  node.instance = {CometNumber(2), InstanceEpoch(3)};
  node.registered_ms = 4;
  node.renewed_ms = 5;
  node.lease_left_ms = 6;
  node.connections = 7;
  node.clients = 8;
  node.roomless = 9;
  return node;
}

TEST(RegistryConvert, EveryFieldOfANodeTravels) {
  im::Node wire;
  fill(wire, every_field());
  const auto* fields = wire.GetDescriptor();
  std::vector<const google::protobuf::FieldDescriptor*> set;
  wire.GetReflection()->ListFields(wire, &set);
  EXPECT_EQ(static_cast<int>(set.size()), fields->field_count())
      << "a new field of im.Node needs its row in convert.cpp";
  im::Node again;
  fill(again, node_of(wire));
  EXPECT_EQ(again.SerializeAsString(), wire.SerializeAsString());
}

TEST(RegistryConvert, ANodeCannotSayWhatTheRegistrySays) {
  im::Node wire;
  fill(wire, every_field());
  const Node node = described_node_of(wire);
  EXPECT_EQ(node.name, "n");
  EXPECT_EQ(node.instance, CometInstance());
  EXPECT_EQ(node.connections, 0);
  EXPECT_FALSE(node.draining);
}

TEST(RegistryConvert, ADrainingNodeIsOffline) {
  NodeLoad load;
  load.draining = true;
  EXPECT_TRUE(load_of(renew_request({NodeKind::kComet, "c1", InstanceEpoch(1)}, load, 0)).offline);
}

}  // namespace
}  // namespace im::registry
