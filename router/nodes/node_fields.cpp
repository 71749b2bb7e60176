#include "router/nodes/node_fields.hpp"

#include <charconv>

#include "common/registry/convert.hpp"
#include "im/types.pb.h"
#include "router/nodes/node_rows.hpp"

namespace im::router {

std::string node_field(NodeKind kind, std::string_view name) {
  return "n/" + std::to_string(static_cast<int>(kind)) + "/" + std::string(name);
}

std::string encode(const NodeRow& node) {
  im::Node out;
  fill(out, node);
  return out.SerializeAsString();
}

std::optional<NodeRow> decode_node(std::string_view field, const std::string& value) {
  im::Node node;
  if (!field.starts_with("n/") || !node.ParseFromString(value) || !registry::valid(node.kind())) return std::nullopt;
  return row_of(registry::node_of(node));
}

std::string place_field(std::string_view name) { return "c/" + std::string(name); }

std::string encode(const CometInstance& place) {
  return std::to_string(place.number.value()) + " " + std::to_string(place.epoch.value());
}

std::optional<std::pair<std::string, CometInstance>> decode_place(std::string_view field, const std::string& value) {
  if (!field.starts_with("c/")) return std::nullopt;
  std::uint32_t number = 0;
  std::uint64_t epoch = 0;
  const char* end = value.data() + value.size();
  const auto first = std::from_chars(value.data(), end, number);
  if (first.ec != std::errc() || first.ptr == end || *first.ptr != ' ') return std::nullopt;
  const auto second = std::from_chars(first.ptr + 1, end, epoch);
  if (second.ec != std::errc() || second.ptr != end) return std::nullopt;
  return std::pair{std::string(field.substr(2)), CometInstance{CometNumber(number), InstanceEpoch(epoch)}};
}

}  // namespace im::router
