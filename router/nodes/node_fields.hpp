#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "router/nodes/node_registry.hpp"

/// The node registry as fields of its slot in the store.
namespace im::router {

/// "n/<kind>/<name>", value: im.Node of types.proto.
std::string node_field(NodeKind kind, std::string_view name);
std::string encode(const NodeRow& node);
std::optional<NodeRow> decode_node(std::string_view field, const std::string& value);

/// What a comet name had last, kept when its lease is over: "c/<name>", value: "<number> <instance epoch>".
std::string place_field(std::string_view name);
std::string encode(const CometInstance& place);
std::optional<std::pair<std::string, CometInstance>> decode_place(std::string_view field, const std::string& value);

}  // namespace im::router
