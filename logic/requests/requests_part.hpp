#pragma once

#include "common/daemon/live_keys.hpp"
#include "logic/part.hpp"
#include "logic/requests/comet_room_gate.hpp"
#include "logic/requests/hello.hpp"
#include "logic/requests/request_limits.hpp"
#include "logic/requests/request_router.hpp"
#include "logic/requests/requests_config.hpp"
#include "logic/routers/routers_part.hpp"

namespace im::logic {

/// Requests of clients, with those that need nothing but the routers.
class RequestsPart final : public Part {
 public:
  RequestsPart(const RequestsConfig& config, RoutersPart& routers, CometGateway& comets, HelloChat chat);
  RequestRouter& router() { return router_; }
  /// requests.rate, burst and command_rates can be changed at SIGHUP. Before start().
  void add_live_keys(LiveKeys& keys);

  void add_requests(RequestRouter& router) override;
  void add_metrics(MetricsPage& page) const override;
  bool busy() const override { return router_.open() > 0; }

 private:
  RequestsConfig config_;  ///< the rates follow SIGHUP (main thread)
  RoutersPart& routers_;
  CometRoomGate gate_;
  const HelloChat chat_;
  RequestLimits limits_;
  RequestRouter router_;
};

}  // namespace im::logic
