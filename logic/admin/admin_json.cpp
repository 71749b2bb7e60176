#include "logic/admin/admin_json.hpp"

#include <algorithm>
#include <map>

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>

namespace im::logic {

namespace {

namespace json = boost::json;

json::value node_json(const NodeInfo& node) {
  json::object out{{"kind", registry::name_of(node.kind)},
                   {"name", node.name},
                   {"grpc_address", node.grpc_address},
                   {"ops_address", node.ops_address},
                   {"epoch", node.instance.epoch.value()},
                   {"lease_left_ms", node.lease_left_ms},
                   {"registered_ms", node.registered_ms},
                   {"renewed_ms", node.renewed_ms},
                   {"draining", node.draining},
                   {"hostname", node.hostname},
                   {"region", node.region},
                   {"zone", node.zone},
                   {"env", node.env},
                   {"version", node.version}};
  if (node.kind == NodeKind::kComet) {
    out["number"] = node.instance.number.value();
    out["connections"] = node.connections;
    out["ips"] = node.clients;
    out["weight"] = node.weight;
    out["offline"] = node.offline;
    out["restoring"] = node.restoring;
    out["addresses"] = json::array(node.addresses.begin(), node.addresses.end());
  }
  return out;
}

/// The name is empty when that instance is not in the list (any more).
json::object comet_json(const CometInstance& comet, const NodeView& nodes) {
  const auto node = std::find_if(nodes.nodes.begin(), nodes.nodes.end(), [&](const NodeInfo& one) {
    return one.kind == NodeKind::kComet && one.instance == comet;
  });
  return {{"name", node == nodes.nodes.end() ? "" : node->name},
          {"number", comet.number.value()},
          {"epoch", comet.epoch.value()}};
}

json::value session_json(const SessionInfo& session, const NodeView& nodes) {
  const ConnId conn = session.conn;
  return json::object{
      {"uid", session.uid.value()},
      {"key", session.key},
      {"comet", comet_json(session.comet, nodes)},
      {"connection",
       json::object{{"worker", conn.worker()}, {"place", conn.slot()}, {"generation", conn.generation()}}},
      {"epoch", session.epoch.value()},
      {"platform", session.platform},
      {"client_ip", session.client_ip},
      {"room_at_login", session.room}};
}

std::int64_t age_ms(const NodeView& view) { return view.age ? view.age->count() : -1; }

}  // namespace

json::value nodes_json(const NodeView& view) {
  json::array nodes;
  for (const NodeInfo& node : view.nodes) nodes.push_back(node_json(node));
  return json::object{{"version", view.version}, {"age_ms", age_ms(view)}, {"nodes", std::move(nodes)}};
}

json::value sessions_json(const std::vector<SessionInfo>& sessions, const NodeView& nodes) {
  json::array out;
  for (const SessionInfo& session : sessions) out.push_back(session_json(session, nodes));
  return json::object{{"sessions", std::move(out)}};
}

json::value room_json(const std::string& room, std::int32_t count, const LocateAnswer& answer, const NodeView& nodes) {
  json::array comets;
  for (const auto& comet : answer.by_room.front()) comets.push_back(comet_json(comet, nodes));
  return json::object{{"room", room}, {"count", count}, {"comets", std::move(comets)}, {"complete", answer.complete}};
}

json::value overview_json(const OnlineAnswer& online, const PushStats& push, const NodeView& nodes) {
  std::map<NodeKind, std::int64_t> kinds{
      {NodeKind::kComet, 0}, {NodeKind::kLogic, 0}, {NodeKind::kRouter, 0}, {NodeKind::kJob, 0}};
  for (const NodeInfo& node : nodes.nodes) ++kinds[node.kind];
  json::object by_kind;
  for (const auto& [kind, count] : kinds) by_kind[registry::name_of(kind)] = count;
  return json::object{{"connections", online.connections},
                      {"ips", online.addresses},
                      {"sessions", online.sessions},
                      {"users", online.users},
                      {"rooms", online.room_count},
                      {"nodes", std::move(by_kind)},
                      {"pushes",
                       {{"calls", push.accepted.load()},
                        {"records_acked", push.acked.load()},
                        {"records_failed", push.failed.load()},
                        {"offline", push.offline.load()},
                        {"unlocated", push.unlocated.load()}}},
                      {"nodes_age_ms", age_ms(nodes)}};
}

}  // namespace im::logic
