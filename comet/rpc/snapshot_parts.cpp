#include "comet/rpc/snapshot_parts.hpp"

#include <utility>

#include "common/base/batch.hpp"

namespace im::comet {

namespace {

std::size_t bytes_of(const SessionRecord& session) {
  return session.key.size() + session.platform.size() + session.client_ip.size() + kEntryBytes;
}

}  // namespace

bool SnapshotParts::next(SnapshotPart& part) {
  part.Clear();
  if (ended_) return false;
  std::size_t bytes = 0;
  const auto fits = [&](std::size_t size) { return bytes == 0 || bytes + size <= kMaxBatchBytes; };
  while (session_ < holdings_.sessions.size() && fits(bytes_of(holdings_.sessions[session_]))) {
    bytes += bytes_of(holdings_.sessions[session_]);
    add(part, holdings_.sessions[session_++]);
  }
  while (room_ < holdings_.rooms.size() && fits(holdings_.rooms[room_].room.size() + kEntryBytes)) {
    bytes += holdings_.rooms[room_].room.size() + kEntryBytes;
    auto& out = *part.add_rooms();
    out.set_room(std::move(holdings_.rooms[room_].room));
    out.set_version(holdings_.rooms[room_++].version);
  }
  ended_ = session_ == holdings_.sessions.size() && room_ == holdings_.rooms.size();
  if (ended_) {
    part.mutable_end()->set_sessions(session_);
    part.mutable_end()->set_rooms(room_);
  }
  return true;
}

void SnapshotParts::add(SnapshotPart& part, SessionRecord& session) const {
  auto& out = *part.add_sessions();
  out.set_uid(session.uid.value());
  out.set_key(std::move(session.key));
  out.set_session_epoch(session.epoch.value());
  out.set_comet(self_.number.value());
  out.set_comet_epoch(self_.epoch.value());
  out.set_conn(session.conn.raw());
  out.set_platform(std::move(session.platform));
  out.set_client_ip(std::move(session.client_ip));
}

}  // namespace im::comet
