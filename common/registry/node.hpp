#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "common/base/clock.hpp"
#include "common/base/ids.hpp"

/// The node registry as every daemon sees it: plain values, no protobuf.
namespace im::registry {

/// Numbers of im.NodeKind.
enum class NodeKind : std::uint8_t { kComet = 1, kLogic = 2, kJob = 3, kRouter = 4 };

constexpr std::string_view name_of(NodeKind kind) {
  constexpr std::string_view kNames[] = {"unknown", "comet", "logic", "job", "router"};
  const auto at = static_cast<std::size_t>(kind);
  return kNames[at < std::size(kNames) ? at : 0];
}

/// A node: what it says of itself, and below that what the registry says of it.
struct Node {
  NodeKind kind = NodeKind::kComet;
  std::string name;                       ///< unique per kind
  std::string grpc_address, ops_address;  ///< "host:port"
  std::string region, zone, env, hostname, version;
  std::vector<std::string> addresses;  ///< what clients are given: IPs or host names, no port
  std::int64_t weight = 0;
  bool offline = false;                            ///< takes no new clients
  bool draining = false;                           ///< ends soon
  bool restoring = false;                          ///< the routers are still asking it what it holds
  CometInstance instance;                          ///< the number is 0 for everything but comets
  std::int64_t registered_ms = 0, renewed_ms = 0;  ///< Unix time
  std::int64_t lease_left_ms = 0;                  ///< when the registry answered
  std::int64_t connections = 0;
  std::int64_t clients = 0;   ///< distinct addresses
  std::int64_t roomless = 0;  ///< sessions without a main room
};

/// One instance of a node.
struct NodeRef {
  NodeKind kind = NodeKind::kComet;
  std::string name;
  InstanceEpoch epoch;
};

/// What a node says of itself with each renewal.
struct NodeLoad {
  std::int64_t connections = 0, clients = 0, weight = 0;
  bool offline = false, draining = false;
  std::int64_t roomless = 0;
};

struct Registration {
  CometInstance self;
  std::chrono::milliseconds lease{10000};
  bool kept = false;          ///< the former number and epoch were granted: a comet keeps its clients
  std::int64_t clock_us = 0;  ///< the cluster's clock when it was written; 0 = not told
};

enum class LeaseState : std::uint8_t {
  kOk,
  kUnknown,  ///< not in the registry (any more): register again
  kFenced,   ///< a newer instance has this name
};

struct Renewal {
  LeaseState state = LeaseState::kUnknown;
  std::int64_t clock_us = 0;
};

/// One answer to "which nodes are there".
struct NodeListing {
  std::vector<Node> nodes;
  std::uint64_t router_id = 0;  ///< who answered; changes when that router starts anew
  std::uint64_t version = 0;    ///< of this router's list
  bool complete = false;        ///< else nodes may live that are not named
  std::int64_t clock_us = 0;
  TimePoint asked_at;  ///< the list is at least as fresh as this
};

}  // namespace im::registry
