#pragma once

#include <string>

#include "common/base/ids.hpp"

namespace im::logic::chat {

/// Who asks, as the session or the token says; never what a body claims.
struct Actor {
  Uid uid;
  std::string device;
  std::string address;
};

}  // namespace im::logic::chat
