#pragma once

#include <atomic>
#include <optional>
#include <string>

#include "common/base/blocking_pool.hpp"
#include "logic/calls/calls_part.hpp"
#include "logic/comets/comets_part.hpp"
#include "logic/events/events_part.hpp"
#include "logic/media/download_service.hpp"
#include "logic/media/media_config.hpp"
#include "logic/part.hpp"
#include "logic/push/push_part.hpp"
#include "logic/routers/routers_part.hpp"
#include "logic/webim/arrivals.hpp"
#include "logic/webim/bridge.hpp"
#include "logic/webim/guest_sweep.hpp"
#include "logic/webim/lobby.hpp"
#include "logic/webim/lobby_commands.hpp"
#include "logic/webim/lobby_watch.hpp"
#include "logic/webim/page_commands.hpp"
#include "logic/webim/page_login.hpp"
#include "logic/webim/picture_http.hpp"
#include "logic/webim/room_commands.hpp"
#include "logic/webim/webim_config.hpp"

namespace im::logic::webim {

/// The lobby of the old chat page: its logins, its commands, who is there.
class WebimPart final : public Part {
 public:
  /// Where pictures go, see MediaConfig; an empty folder: there are none. `reserve`: that of all media on the disk.
  struct MediaPlace {
    std::string folder, program, origin;
    MediaS3Config s3;
    std::shared_ptr<media::DiskReserve> reserve;
    std::uint64_t picture_bytes = 0;
  };
  struct Uses {
    RoutersPart& routers;
    EventsPart& events;
    PushPart& push;
    CometsPart& comets;
    store::Store& store;
    chat::ConversationService& conversations;
    chat::MessageService& messages;
    const chat::TextGate& texts;
    CallsPart& calls;
    MediaPlace media;
  };
  /// Throws std::runtime_error when the store does not take the lobby.
  WebimPart(const WebimConfig& config, Uses uses);
  ~WebimPart() override { stop(); }

  Authenticator& logins() { return logins_; }
  /// A committed row: true when it is the lobby's, then `done` comes once.
  bool take(const store::Message& row, std::function<void(Status)> done);

  /// What an old page is told of a message with media: where it is, signed for that page. Null: no page, no medium.
  boost::json::value words_of(const store::Message& row, Uid reader, media::DownloadService& downloads);

  void add_routes(const Ports& ports) override;
  void add_requests(RequestRouter& router) override;
  void add_metrics(MetricsPage& page) const override;
  void tick(TimePoint now) override;
  void stop() override;

 private:
  void sweep();

  const WebimConfig config_;
  BlockingPool pool_;
  BlockingPool picture_pool_;
  media::TurnQueue painter_pool_;  ///< makes pictures: those who look at some must not wait behind it
  BlockingPool watch_pool_;        ///< waits for pushes: pages must not wait behind it
  People people_;
  Lobby lobby_;
  LobbyVoice voice_;
  Arrivals arrivals_;
  GuestSweep guests_;  ///< the watch pool
  PageLogin logins_;
  Bridge bridge_;
  PageCalls calls_;
  PageCommands commands_;
  RoomBook book_;
  StayCheck stays_;
  StayRound round_;
  LobbyCommands lobby_commands_;
  RoomVoice room_voice_;
  RoomCommands room_commands_;
  LobbyWatch watch_;
  std::optional<Pictures> pictures_;
  std::optional<PictureHttp> picture_http_;
  TimePoint swept_{}, looked_{}, told_again_{};
  std::atomic<bool> sweeping_{false};
  Uid looked_at_;  ///< guests up to this one; the watch pool
};

}  // namespace im::logic::webim
