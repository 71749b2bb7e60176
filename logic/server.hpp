#pragma once

#include <atomic>
#include <functional>
#include <memory>
#include <thread>
#include <vector>

#include "common/daemon/daemon.hpp"
#include "common/daemon/live_keys.hpp"
#include "logic/admin/admin_part.hpp"
#include "logic/calls/calls_part.hpp"
#include "logic/chat_admin/chat_admin_part.hpp"
#include "logic/chat_presence/chat_presence_part.hpp"
#include "logic/client_http/client_http.hpp"
#include "logic/comets/comets_part.hpp"
#include "logic/config.hpp"
#include "logic/console/console_part.hpp"
#include "logic/events/events_part.hpp"
#include "logic/goim/goim_part.hpp"
#include "logic/http_part.hpp"
#include "logic/identity/identity_part.hpp"
#include "logic/media/media_part.hpp"
#include "logic/part.hpp"
#include "logic/presence/presence_part.hpp"
#include "logic/push/push_part.hpp"
#include "logic/push_api/push_api_part.hpp"
#include "logic/requests/requests_part.hpp"
#include "logic/routers/routers_part.hpp"
#include "logic/rpc_part.hpp"
#include "logic/stored_parts.hpp"
#include "logic/web/web_part.hpp"
#include "logic/webim/webim_part.hpp"

namespace im::logic {

/// Builds the parts of a logic bottom-up, and starts, watches and stops them. Main thread.
class Server final : public Service {
 public:
  Server(const Config& config, DaemonContext& context);
  ~Server() override;
  void start() override;
  void drain(std::chrono::steady_clock::time_point deadline) override;
  void stop() override;

 private:
  void watch();
  std::unique_ptr<webim::WebimPart> make_webim(const Config& config);
  webim::WebimPart::MediaPlace page_pictures(const Config& config) const;
  std::unique_ptr<ConsolePart> make_console(const Config& config);
  std::unique_ptr<ChatAdminPart> make_chat_admin(const Config& config);
  void end_sessions(Uid uid, std::function<void(Status)> done);
  void add_live_keys(LiveKeys& keys);
  HelloChat hello();

  const NodePolicy policy_;
  RoutersPart routers_;
  EventsPart events_;
  PresencePart presence_;
  PushPart push_;
  IdentityPart identity_;
  CometsPart comets_;
  AdminPart admin_;
  GoimPart goim_;
  PushApiPart push_api_;
  std::unique_ptr<StoredParts> stored_;              ///< null: store.dsn is empty
  std::unique_ptr<HooksPart> hooks_;                 ///< null: nobody hears anything
  std::unique_ptr<CallsPart> calls_;                 ///< null: the same
  std::unique_ptr<MediaPart> media_;                 ///< null: the same, or media.dir is empty with MySQL
  std::unique_ptr<webim::WebimPart> webim_;          ///< null: it is off
  std::unique_ptr<ChatPresencePart> chat_presence_;  ///< null: no store
  std::unique_ptr<ChatAdminPart> chat_admin_;        ///< null: the same
  RequestsPart requests_;
  ClientHttp client_http_;
  WebPart web_;
  RpcPart rpc_;
  HttpPart http_;
  std::unique_ptr<ConsolePart> console_;  ///< null: the admin page is off
  std::vector<Part*> parts_;              ///< as above, lowest first
  std::atomic<bool> stopping_{false};
  std::thread watcher_;
};

}  // namespace im::logic
