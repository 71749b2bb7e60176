#pragma once

#include "common/http/http_server.hpp"
#include "logic/push/push_service.hpp"
#include "logic/routers/node_list.hpp"
#include "logic/routers/session_directory.hpp"

namespace im::logic {

/// goim v1's HTTP API, /1/* (docs/protocol.md "HTTP API (goim v1)"). References must outlive the server.
void add_v1_routes(HttpServer& server, PushService& push, SessionDirectory& directory, NodeList& nodes);

}  // namespace im::logic
