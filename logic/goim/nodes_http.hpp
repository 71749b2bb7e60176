#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "common/http/http_server.hpp"
#include "logic/routers/node_list.hpp"
#include "logic/routers/node_policy.hpp"

namespace im::logic {

/// The comets a client should try, best first: weight * region factor / (connections + 1); offline ones and weight 0
/// left out.
std::vector<NodeInfo> best_comets(const std::vector<NodeInfo>& nodes, const NodePolicy& policy, std::size_t limit);

/// Where a client should connect, best first, at most five comets: host names for platform "web" when the policy has a
/// host domain, else addresses; the domain of the policy when no comet is there.
std::vector<std::string> client_addresses(const std::vector<NodeInfo>& nodes, const std::string& platform,
                                          const NodePolicy& policy);

/// GET /goim/nodes/weighted, for clients.
void add_node_routes(HttpServer& server, const NodeList& nodes, const NodePolicy& policy,
                     std::shared_ptr<const HttpCors> cors);
/// GET /goim/nodes/instances, for operators and backends: it names the inner addresses of the comets.
void add_instances_route(HttpServer& server, const NodeList& nodes);

}  // namespace im::logic
