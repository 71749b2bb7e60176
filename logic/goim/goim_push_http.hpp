#pragma once

#include "common/http/http_server.hpp"
#include "logic/push/push_service.hpp"

namespace im::logic {

/// POST /goim/push/{keys,mids,room,all}.
void add_push_routes(HttpServer& server, PushService& push);

}  // namespace im::logic
