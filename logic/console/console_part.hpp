#pragma once

#include "common/base/blocking_pool.hpp"
#include "common/http/http_server.hpp"
#include "logic/admin/admin_part.hpp"
#include "logic/comets/comets_part.hpp"
#include "logic/console/admin_book.hpp"
#include "logic/console/cluster_desk.hpp"
#include "logic/console/console_config.hpp"
#include "logic/console/login_http.hpp"
#include "logic/console/people_desk.hpp"
#include "logic/console/push_desk.hpp"
#include "logic/console/talk_desk.hpp"

namespace im::logic {

/// The admin page: a port of its own, its pages, and the API behind them (docs/admin.md).
class ConsolePart final : public Part {
 public:
  struct Uses {
    RoutersPart& routers;
    IdentityPart& identity;
    PushPart& push;
    CometsPart& comets;
    AdminPart& admin;
    store::Store& store;
    chat::GroupService& groups;
    chat::MessageService& messages;
    TellLive tell;
  };
  /// `folder`: of the built pages, "" = none. Throws when admin.users_file cannot be read.
  ConsolePart(const AdminPageConfig& config, const std::string& folder, Uses uses);
  ~ConsolePart() override { stop(); }

  void add_metrics(MetricsPage& page) const override;
  void start() override;
  void tick(TimePoint) override { book_.look(); }
  bool busy() const override { return server_.stats().connections > 0; }
  void stop_accepting() { server_.stop_accepting(); }
  void stop() override;

 private:
  void add_pages(const std::string& folder);

  AdminBook book_;
  BlockingPool pool_;
  AdminSessions sessions_;
  AdminLog log_;
  AdminDoor door_;
  LoginHttp login_;
  ClusterDesk cluster_;
  PeopleDesk people_;
  TalkDesk talk_;
  PushDesk push_;
  HttpServer server_;
};

/// The header lines of the pages: nothing but what this port serves. Pure.
HttpFields console_headers();

}  // namespace im::logic
