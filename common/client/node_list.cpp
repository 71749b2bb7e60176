#include "common/client/node_list.hpp"

#include <boost/json/parse.hpp>
#include <boost/json/value.hpp>

namespace im::client {

namespace {

namespace json = boost::json;

std::int64_t number(const json::object& data, std::string_view name, std::int64_t max) {
  const json::value* value = data.if_contains(json::string_view(name.data(), name.size()));
  const bool fits = value != nullptr && value->is_int64() && value->get_int64() >= 0 && value->get_int64() <= max;
  return fits ? value->get_int64() : 0;
}

const json::object* data_of(const json::value& root) {
  const json::object* object = root.if_object();
  if (object == nullptr) return nullptr;
  const json::value* data = object->if_contains("data");
  return data == nullptr ? nullptr : data->if_object();
}

}  // namespace

Result<NodeList> parse_node_list(std::string_view body) {
  boost::system::error_code error;
  const json::value root = json::parse(json::string_view(body.data(), body.size()), error);
  const json::object* data = error ? nullptr : data_of(root);
  if (data == nullptr) return Error{Error::Code::kInvalid, "the answer is not a node list"};
  NodeList list;
  const json::value* nodes = data->if_contains("nodes");
  if (nodes != nullptr && nodes->is_array()) {
    for (const json::value& node : nodes->get_array()) {
      if (node.is_string()) list.hosts.emplace_back(node.get_string().c_str());
    }
  }
  if (list.hosts.empty()) return Error{Error::Code::kNotFound, "the node list is empty"};
  list.tcp_port = static_cast<std::uint16_t>(number(*data, "tcp_port", 65535));
  list.ws_port = static_cast<std::uint16_t>(number(*data, "ws_port", 65535));
  list.heartbeat = std::chrono::seconds(number(*data, "heartbeat", 86400));
  return list;
}

}  // namespace im::client
