#include "logic/goim/nodes_http.hpp"

#include <algorithm>

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>
#include <fmt/format.h>

#include "logic/goim/http_answers.hpp"

namespace im::logic {

namespace {

namespace json = boost::json;
constexpr std::size_t kMaxNodes = 5;

/// By hand, because goim leaves zero values out and writes plain decimals.
std::string weighted_json(const std::vector<std::string>& nodes, const NodePolicy& policy) {
  std::string out = "{";
  const auto add = [&out](const std::string& name, const std::string& value) {
    out += (out.size() > 1 ? ",\"" : "\"") + name + "\":" + value;
  };
  const auto number = [&](const char* name, std::int64_t value) {
    if (value != 0) add(name, std::to_string(value));
  };
  if (!policy.domain.empty()) add("domain", json::serialize(json::value(policy.domain)));
  number("tcp_port", policy.tcp_port);
  number("ws_port", policy.ws_port);
  number("wss_port", policy.wss_port);
  number("heartbeat", policy.heartbeat_s);
  if (!nodes.empty()) add("nodes", json::serialize(json::array(nodes.begin(), nodes.end())));
  add("backoff", fmt::format(R"({{"max_delay":{},"base_delay":{},"factor":{},"jitter":{}}})", policy.backoff_max_delay,
                             policy.backoff_base_delay, policy.backoff_factor, policy.backoff_jitter));
  number("heartbeat_max", policy.heartbeat_max);
  return out + "}";
}

json::value instance_of(const NodeInfo& node) {
  std::string addresses;
  for (const auto& address : node.addresses) addresses += (addresses.empty() ? "" : ",") + address;
  return json::object{{"region", node.region},
                      {"zone", node.zone},
                      {"env", node.env},
                      {"appid", "goim.comet"},
                      {"hostname", node.hostname},
                      {"addrs", json::array{"grpc://" + node.grpc_address}},
                      {"version", node.version},
                      {"latest_timestamp", node.renewed_ms * 1000000},
                      {"metadata", json::object{{"addrs", addresses},
                                                {"conn_count", std::to_string(node.connections)},
                                                {"ip_count", std::to_string(node.clients)},
                                                {"offline", node.offline ? "true" : "false"},
                                                {"weight", std::to_string(node.weight)}}}};
}

}  // namespace

std::vector<NodeInfo> best_comets(const std::vector<NodeInfo>& nodes, const NodePolicy& policy, std::size_t limit) {
  std::vector<NodeInfo> comets;
  std::copy_if(nodes.begin(), nodes.end(), std::back_inserter(comets),
               [](const NodeInfo& node) { return node.kind == NodeKind::kComet && !node.offline && node.weight > 0; });
  const auto score = [&](const NodeInfo& node) {
    const double region = node.region == policy.region ? policy.region_weight : 1.0;
    return static_cast<double>(node.weight) * region / static_cast<double>(node.connections + 1);
  };
  std::stable_sort(comets.begin(), comets.end(),
                   [&](const NodeInfo& a, const NodeInfo& b) { return score(a) > score(b); });
  if (comets.size() > limit) comets.resize(limit);
  return comets;
}

std::vector<std::string> client_addresses(const std::vector<NodeInfo>& nodes, const std::string& platform,
                                          const NodePolicy& policy) {
  std::vector<std::string> out;
  for (const NodeInfo& node : best_comets(nodes, policy, kMaxNodes)) {
    if (platform == "web" && !policy.host_domain.empty()) {
      out.push_back(node.hostname + policy.host_domain);
    } else {
      out.insert(out.end(), node.addresses.begin(), node.addresses.end());
    }
  }
  if (out.empty() && !policy.domain.empty()) out.push_back(policy.domain);
  return out;
}

void add_node_routes(HttpServer& server, const NodeList& nodes, const NodePolicy& policy,
                     std::shared_ptr<const HttpCors> cors) {
  HttpRoute weighted;
  weighted.method = "GET";
  weighted.pattern = "/goim/nodes/weighted";
  weighted.cors = std::move(cors);
  weighted.handler = [&nodes, policy](const HttpRequest& request, HttpReply reply) {
    const std::string* platform = request.parameter("platform");
    const auto addresses = client_addresses(nodes.nodes(), platform == nullptr ? "" : *platform, policy);
    HttpResponse response = goim_answer(0, "");
    response.body = R"({"code":0,"message":"","data":)" + weighted_json(addresses, policy) + "}";
    reply(std::move(response));
  };
  server.route(std::move(weighted));
}

void add_instances_route(HttpServer& server, const NodeList& nodes) {
  server.route("GET", "/goim/nodes/instances", [&nodes](const HttpRequest&, HttpReply reply) {
    json::array instances;
    for (const NodeInfo& node : nodes.nodes()) {
      if (node.kind == NodeKind::kComet) instances.push_back(instance_of(node));
    }
    const json::value data = instances.empty() ? json::value(nullptr) : json::value(std::move(instances));
    reply(goim_answer(0, "", &data));
  });
}

}  // namespace im::logic
