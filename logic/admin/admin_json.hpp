#pragma once

#include <string>
#include <vector>

#include <boost/json/value.hpp>

#include "logic/push/push_service.hpp"
#include "logic/routers/node_list.hpp"
#include "logic/routers/session_directory.hpp"

/// The bodies of the admin API. Pure.
namespace im::logic {

boost::json::value nodes_json(const NodeView& view);
/// `nodes` gives the names of comets.
boost::json::value sessions_json(const std::vector<SessionInfo>& sessions, const NodeView& nodes);
boost::json::value room_json(const std::string& room, std::int32_t count, const LocateAnswer& answer,
                             const NodeView& nodes);
boost::json::value overview_json(const OnlineAnswer& online, const PushStats& push, const NodeView& nodes);

}  // namespace im::logic
