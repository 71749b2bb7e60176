#pragma once

#include <string>

#include "logic/media/download_service.hpp"
#include "logic/media/own_media.hpp"
#include "logic/media/turn_queue.hpp"
#include "logic/media/upload_service.hpp"
#include "logic/requests/request_router.hpp"

namespace im::logic::media {

/// What the commands media.* work with. `origin`: before the addresses that clients are told; "" = none.
struct MediaCommands {
  TurnQueue& pool;
  UploadService& uploads;
  DownloadService& downloads;
  OwnMedia& own;
  std::string origin;
  std::int64_t user_bytes = 0;  ///< what a user may have; 0: any
};
void add_media_commands(RequestRouter& router, const MediaCommands& commands);

}  // namespace im::logic::media
