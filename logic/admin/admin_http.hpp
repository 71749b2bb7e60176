#pragma once

#include <functional>

#include "common/http/http_server.hpp"
#include "logic/push/push_service.hpp"
#include "logic/routers/node_list.hpp"
#include "logic/routers/session_directory.hpp"

namespace im::logic {

/// What operators ask, as JSON: GET /admin/v1/{overview,nodes,session,room}. Errors: 400, 404 or 503 with
/// {"code":"not_found","error":"..."}. Any thread; the parts outlive it.
class AdminApi {
 public:
  AdminApi(SessionDirectory& directory, const PushStats& push, std::function<NodeView()> nodes)
      : directory_(directory), push_(push), nodes_(std::move(nodes)) {}
  void add_routes(HttpServer& server);

  void overview(const HttpRequest& request, HttpReply reply);
  void nodes(const HttpRequest& request, HttpReply reply);
  void session(const HttpRequest& request, HttpReply reply);  ///< ?uid=N or ?key=K
  void room(const HttpRequest& request, HttpReply reply);     ///< ?id=type://id

 private:
  SessionDirectory& directory_;
  const PushStats& push_;
  std::function<NodeView()> nodes_;
};

}  // namespace im::logic
