#pragma once

#include <functional>
#include <string>
#include <vector>

#include "common/http/http_server.hpp"
#include "logic/comets/comet_gateway.hpp"
#include "logic/routers/node_list.hpp"
#include "logic/routers/session_directory.hpp"

namespace im::logic {

/// POST /admin/v1/trace?uid=N, ?key=K or ?conn=COMET/WORKER/PLACE/GENERATION [&bodies=1]: begins to trace one
/// connection.
///   {"id":"1-7-3","comet":"comet-1","uid":7,"key":"7/phone"}; 409 when a user has several connections.
/// GET /admin/v1/trace?id=ID[&end=1], at least every 10 s: {"events":[...],"dropped":0,"over":false}.
class TraceDesk {
 public:
  TraceDesk(SessionDirectory& directory, CometGateway& comets, std::function<std::vector<NodeInfo>()> nodes)
      : directory_(directory), comets_(comets), nodes_(std::move(nodes)) {}
  void add_routes(HttpServer& server);
  void begin(const HttpRequest& request, HttpReply reply);
  void take(const HttpRequest& request, HttpReply reply);

 private:
  void begin_session(const SessionInfo& session, bool bodies, HttpReply reply);
  void begin_named(const std::string& conn, bool bodies, HttpReply reply);

  SessionDirectory& directory_;
  CometGateway& comets_;
  std::function<std::vector<NodeInfo>()> nodes_;
};

}  // namespace im::logic
