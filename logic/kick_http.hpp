#pragma once

#include <functional>
#include <memory>
#include <vector>

#include "common/http/http_server.hpp"
#include "logic/node_list.hpp"
#include "logic/session_directory.hpp"

namespace im::logic {

/// Closes connections on their comets.
class Kicker {
 public:
  virtual ~Kicker() = default;
  /// `done` once, on any thread, when every comet has answered; the first error wins.
  virtual void kick(const std::vector<SessionInfo>& sessions, std::function<void(Status)> done) = 0;
};
/// `nodes`: where comets are, by the router's list.
std::unique_ptr<Kicker> make_grpc_kicker(std::function<std::vector<NodeInfo>()> nodes,
                                         std::chrono::milliseconds deadline);

/// POST /admin/v1/kick?uid=N or ?key=K: closes these sessions (4002 kicked). {"kicked":N}; 404 when there is none.
void add_kick_route(HttpServer& server, SessionDirectory& directory, Kicker& kicker);

}  // namespace im::logic
