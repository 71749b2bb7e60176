#pragma once

#include "common/http/http_server.hpp"
#include "logic/routers/session_directory.hpp"

namespace im::logic {

/// GET /goim/online/{top,room,total}.
void add_online_routes(HttpServer& server, SessionDirectory& directory);

}  // namespace im::logic
