#pragma once

#include <atomic>

#include "logic/console/admin_door.hpp"

namespace im::logic {

struct AdminLoginStats {
  std::atomic<std::uint64_t> in{0}, wrong{0}, locked{0};
};

/// POST /api/login {"login","password"}: {"login","role","csrf"} and the cookie; 401, 429 with Retry-After.
/// GET /api/me: the same of who is logged in. POST /api/logout.
class LoginHttp {
 public:
  LoginHttp(AdminSessions& sessions, AdminLog& log, BlockingPool& pool, std::int64_t lifetime_s)
      : sessions_(sessions), log_(log), pool_(pool), lifetime_s_(lifetime_s) {}
  void add_routes(HttpServer& server, AdminDoor& door);
  const AdminLoginStats& stats() const { return stats_; }

 private:
  HttpResponse login(const HttpRequest& request);
  HttpResponse answer_to(const HttpRequest& request, const std::string& login, const AdminLogin& done);

  AdminSessions& sessions_;
  AdminLog& log_;
  BlockingPool& pool_;
  const std::int64_t lifetime_s_;
  AdminLoginStats stats_;
};

}  // namespace im::logic
