#pragma once

#include <cstdint>
#include <string>
#include <utility>

#include "common/base/ids.hpp"
#include "im/router.pb.h"
#include "router/node_registry.hpp"
#include "router/session.hpp"

/// Rows of the registries as messages of router.proto, and back.
namespace im::router {

CometInstance instance(const im::CometRef& ref);
void fill(im::CometRef& out, const CometInstance& comet);
SessionRow row_of(const im::Session& session);
void fill(im::Session& out, const SessionRow& row);
/// What a node says of itself.
NodeRow node_of(const im::Node& node);
/// With what the registry says of it: the answer of another router, or what the store has.
NodeRow registered_node_of(const im::Node& node);
void fill(im::Node& out, const NodeRow& row);
void fill(im::RoomCount& out, const std::pair<std::string, std::int32_t>& count);
bool valid_kind(im::NodeKind kind);

}  // namespace im::router
