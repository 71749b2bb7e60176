#include "router/sessions/session_rows.hpp"

namespace im::router {

CometInstance instance(const im::CometRef& ref) { return {CometNumber(ref.number()), InstanceEpoch(ref.epoch())}; }

void fill(im::CometRef& out, const CometInstance& comet) {
  out.set_number(comet.number.value());
  out.set_epoch(comet.epoch.value());
}

SessionRow row_of(const im::Session& session) {
  return {Uid(session.uid()),
          session.key(),
          {CometNumber(session.comet()), InstanceEpoch(session.comet_epoch())},
          ConnId(session.conn()),
          SessionEpoch(session.session_epoch()),
          session.platform(),
          session.client_ip(),
          session.room()};
}

void fill(im::Session& out, const SessionRow& row) {
  out.set_uid(row.uid.value());
  out.set_key(row.key);
  out.set_comet(row.comet.number.value());
  out.set_comet_epoch(row.comet.epoch.value());
  out.set_conn(row.conn.raw());
  out.set_session_epoch(row.epoch.value());
  out.set_platform(row.platform);
  out.set_client_ip(row.client_ip);
  out.set_room(row.room);
}

void fill(im::RoomCount& out, const std::pair<std::string, std::int32_t>& count) {
  out.set_room(count.first);
  out.set_count(count.second);
}

}  // namespace im::router
