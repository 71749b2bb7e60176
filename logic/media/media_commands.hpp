#pragma once

#include <string>

#include "common/base/blocking_pool.hpp"
#include "logic/media/upload_service.hpp"
#include "logic/requests/request_router.hpp"

namespace im::logic::media {

/// `origin`: before the addresses that clients are told; "" = none.
void add_media_commands(RequestRouter& router, BlockingPool& pool, UploadService& uploads, const std::string& origin);

}  // namespace im::logic::media
