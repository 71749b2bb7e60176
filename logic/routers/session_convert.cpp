#include "logic/routers/session_convert.hpp"

namespace im::logic {

SessionInfo info_of(const im::Session& session) {
  return {Uid(session.uid()),
          session.key(),
          {CometNumber(session.comet()), InstanceEpoch(session.comet_epoch())},
          ConnId(session.conn()),
          SessionEpoch(session.session_epoch()),
          session.platform(),
          session.client_ip(),
          session.room()};
}

void fill(im::Session& out, const SessionInfo& session) {
  out.set_uid(session.uid.value());
  out.set_key(session.key);
  out.set_comet(session.comet.number.value());
  out.set_comet_epoch(session.comet.epoch.value());
  out.set_conn(session.conn.raw());
  out.set_session_epoch(session.epoch.value());
  out.set_platform(session.platform);
  out.set_client_ip(session.client_ip);
  out.set_room(session.room);
}

}  // namespace im::logic
