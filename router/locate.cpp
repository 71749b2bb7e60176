#include "router/locate.hpp"

#include "common/base/batch.hpp"
#include "common/base/fault.hpp"
#include "router/nodes/node_rows.hpp"
#include "router/sessions/session_rows.hpp"

namespace im::router {

namespace {
constexpr std::size_t kCometBytes = 20;

/// What stands in for "this slot is whole".
bool believed() { return fault::fire("router.always_sure"); }
}  // namespace

void Locate::answer(const LocateRequest& request, LocateReply& reply) {
  ++stats_.locates;
  for (const auto id : request.uids()) uid(id, *reply.add_by_uid());
  for (const auto& id : request.keys()) key(id, *reply.add_by_key());
  for (const auto& id : request.rooms()) room(id, *reply.add_by_room());
  stats_.located += static_cast<unsigned>(request.uids_size()) + static_cast<unsigned>(request.keys_size()) +
                    static_cast<unsigned>(request.rooms_size());
  // Every answer that leaves something open comes with the comets that may have it.
  reply.set_nodes_unknown(!sure_ || !state_.leads() || !state_.registry_complete());
  for (const auto& comet : state_.live_comets()) fill(*reply.add_nodes(), comet);
}

// complete() is asked before the lookup: what was bound before the answer is found, or the answer is "unknown".

void Locate::uid(std::int64_t uid, Sessions& out) {
  out.set_unknown(!believed() && (!sure_ || !state_.complete(slot_of(uid))));
  const auto rows = state_.sessions().by_uid(Uid(uid));
  if (!rows) return mark_elsewhere(out);
  add(*rows, out);
}

void Locate::key(const std::string& key, Sessions& out) {
  out.set_unknown(!believed() && (!sure_ || !state_.complete(slot_of(key))));
  const auto found = state_.sessions().by_key(key);
  if (!found) return mark_elsewhere(out);
  if (found->home_elsewhere) out.set_home_elsewhere(found->home.value());
  // The rows come from the user's slot, which must be complete as well.
  if (found->home.value() > 0 && !state_.complete(slot_of(found->home.value()))) out.set_unknown(true);
  if (found->newest && sure_) out.set_unknown(false);
  add(found->rows, out);
}

void Locate::room(const std::string& room, Comets& out) {
  out.set_unknown(!believed() && (!sure_ || !state_.complete(slot_of(room))));
  const auto comets = state_.with_rooms([&](const RoomRegistry& rooms) {
    return rooms.comets(room, [this](CometInstance comet) { return state_.alive(comet); });
  });
  if (!comets) return mark_elsewhere(out);
  if (!fits(comets->size() * kCometBytes)) return out.set_unknown(true);
  for (const auto& comet : *comets) fill(*out.add_comets(), comet);
}

void Locate::add(const std::vector<SessionRow>& rows, Sessions& out) {
  for (const auto& row : rows) {
    if (!state_.alive(row.comet)) {  // taken over from a router that had heard of it
      out.set_unknown(true);
      continue;
    }
    if (!fits(row.key.size() + row.platform.size() + row.client_ip.size() + kEntryBytes)) return out.set_unknown(true);
    fill(*out.add_sessions(), row);
  }
}

/// What does not fit takes no room: something smaller may still.
bool Locate::fits(std::size_t bytes) {
  if (bytes_ + bytes > kMaxBatchBytes) {
    ++stats_.locates_cut;
    return false;
  }
  bytes_ += bytes;
  return true;
}

template <class Out>
void Locate::mark_elsewhere(Out& out) {
  ++stats_.not_owner;
  out.set_unknown(true);
  out.set_not_owner(true);
}

}  // namespace im::router
