#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>

#include <boost/json/object.hpp>

#include "common/base/blocking_pool.hpp"
#include "common/http/http_server.hpp"
#include "logic/console/admin_log.hpp"
#include "logic/console/admin_sessions.hpp"

namespace im::logic {

/// What an admin asks who may ask it.
struct Deed {
  AdminUser admin;
  std::string token;
  HttpRequest request;
  boost::json::object body;  ///< POST: what came; GET: its parameters as texts
};

/// The way into the admin page's API: session, role, and for what changes something CSRF token and log. Looked up on
/// the pool, since the store blocks.
class AdminDoor {
 public:
  /// On a thread of the pool: may block. Answers once, from any thread.
  using Work = std::function<void(const Deed& deed, HttpReply reply)>;
  /// A member of whoever answers; `desk` outlives the routes.
  template <class Desk>
  static Work work(Desk* desk, void (Desk::*handler)(const Deed&, HttpReply)) {
    return [desk, handler](const Deed& deed, HttpReply reply) { (desk->*handler)(deed, std::move(reply)); };
  }
  AdminDoor(AdminSessions& sessions, AdminLog& log, BlockingPool& pool) : sessions_(sessions), log_(log), pool_(pool) {}

  void get(HttpServer& server, const char* path, AdminRole least, Work work);
  /// Written into the log before it is done, under the path's last words ("user/kick").
  void post(HttpServer& server, const char* path, AdminRole least, Work work);

 private:
  struct Route {
    std::string action;  ///< "" = changes nothing
    AdminRole least;
    Work work;
  };
  /// Whether it may be done.
  struct Admitted {
    std::optional<HttpResponse> refusal;
    Deed deed;
    std::int64_t entry = 0;  ///< in the log; 0 = none
  };
  void add(HttpServer& server, const char* method, const char* path, Route route);
  void take(const std::shared_ptr<const Route>& route, HttpRequest request, HttpReply reply);
  Result<Admitted> admit(const Route& route, HttpRequest request);
  static std::optional<HttpResponse> check_change(Deed& deed);
  HttpReply written(std::int64_t entry, HttpReply reply);

  AdminSessions& sessions_;
  AdminLog& log_;
  BlockingPool& pool_;
};

/// The value of the session's cookie; "" = none.
std::string session_token(const HttpRequest& request);
/// Its answers are nobody's to keep.
HttpResponse unkept(HttpResponse response);
HttpResponse refused(const Error& error);
/// kInvalid: no object in JSON.
Result<boost::json::object> body_of(const HttpRequest& request);

}  // namespace im::logic
