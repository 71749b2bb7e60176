#pragma once

#include "common/http/http_server.hpp"
#include "logic/push_api/push_api.hpp"

namespace im::logic {

/// POST /v1/push and /v1/push/batch (docs/push-api.md, openapi.json), GET /openapi.json and /docs.
void add_push_api_routes(HttpServer& server, PushApi& api, PushLimits limits);

}  // namespace im::logic
