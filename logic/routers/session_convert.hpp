#pragma once

#include <vector>

#include "im/types.pb.h"
#include "logic/routers/session_directory.hpp"

/// Values of SessionDirectory as messages of router.proto, and back.
namespace im::logic {

inline CometInstance comet_of(const im::CometRef& ref) {
  return {CometNumber(ref.number()), InstanceEpoch(ref.epoch())};
}

SessionInfo info_of(const im::Session& session);
void fill(im::Session& out, const SessionInfo& session);
template <class List>
std::vector<SessionInfo> infos_of(const List& list) {
  std::vector<SessionInfo> infos;
  for (const auto& session : list) infos.push_back(info_of(session));
  return infos;
}

}  // namespace im::logic
