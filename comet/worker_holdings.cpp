#include "comet/worker_holdings.hpp"

namespace im::comet {

namespace {
bool held(const Connection& connection) { return connection.session && connection.phase != Phase::kLingering; }
}  // namespace

std::vector<SessionRecord> sessions_of(ConnectionIo& io, const IpTable& ips, const SlotSet& slots) {
  std::vector<SessionRecord> records;
  for (std::uint32_t place = 0; place < io.slab().places(); ++place) {
    const Connection& connection = io.slab().at(place);
    if (!held(connection)) continue;
    const Session& session = *connection.session;
    if (!slots[home_slot(session.uid.value(), session.key())] && !slots[slot_of(session.key())]) continue;
    records.push_back({session.uid, std::string(session.key()), session.epoch, io.id_of(place),
                       text_of(session.platform), ips.text(connection.ip)});
  }
  return records;
}

std::vector<std::uint64_t> digest_of(ConnectionSlab& slab) {
  std::vector<std::uint64_t> sums(kSlots);
  for (std::uint32_t place = 0; place < slab.places(); ++place) {
    const Connection& connection = slab.at(place);
    if (!held(connection)) continue;
    const Session& session = *connection.session;
    sums[home_slot(session.uid.value(), session.key())] += session.epoch.value();
  }
  return sums;
}

}  // namespace im::comet
