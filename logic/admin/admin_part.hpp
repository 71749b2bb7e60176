#pragma once

#include <chrono>

#include "logic/admin/admin_http.hpp"
#include "logic/admin/kick_http.hpp"
#include "logic/admin/trace_http.hpp"
#include "logic/identity/identity_part.hpp"
#include "logic/part.hpp"
#include "logic/push/push_part.hpp"
#include "logic/routers/routers_part.hpp"

namespace im::logic {

/// What operators ask: /admin/v1/*.
class AdminPart final : public Part {
 public:
  /// `deadline`: of a call to a router.
  AdminPart(std::chrono::milliseconds deadline, RoutersPart& routers, IdentityPart& identity, PushPart& push,
            CometGateway& comets);
  /// For the admin page, which asks the same.
  AdminApi& api() { return api_; }
  KickDesk& kicks() { return kicks_; }
  void add_routes(const Ports& ports) override;
  void tick(TimePoint now) override { kicks_.tick(now); }

 private:
  AdminApi api_;
  KickDesk kicks_;
  TraceDesk traces_;
};

}  // namespace im::logic
