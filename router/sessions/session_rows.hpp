#pragma once

#include <cstdint>
#include <string>
#include <utility>

#include "common/base/ids.hpp"
#include "im/router.pb.h"
#include "router/sessions/session.hpp"

/// Rows of sessions and rooms as messages of router.proto, and back.
namespace im::router {

CometInstance instance(const im::CometRef& ref);
void fill(im::CometRef& out, const CometInstance& comet);
SessionRow row_of(const im::Session& session);
void fill(im::Session& out, const SessionRow& row);
void fill(im::RoomCount& out, const std::pair<std::string, std::int32_t>& count);

}  // namespace im::router
