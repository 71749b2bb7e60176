#include "comet/push/direct_commands.hpp"

#include "common/base/fault.hpp"
#include "common/base/room_key.hpp"

namespace im::comet {

namespace {

bool belongs_to(const Session& session, const Kick& kick, std::uint16_t token_key) {
  return (kick.uid.value() > 0 && session.uid == kick.uid) || (!kick.key.empty() && session.key() == kick.key) ||
         (token_key != TokenKeys::kNone && session.token_key == token_key);
}

}  // namespace

void DirectCommands::run(const CommandBatchRef& shared) {
  const CommandBatch& batch = *shared;
  for (std::size_t i = 0; i < batch.commands().size(); ++i) {
    const DirectCommand& command = batch.commands()[i];
    if (const auto* push = std::get_if<DirectPush>(&command)) {
      batch.reached(i, fan_out_.push_now(push->message, push->conns));
    } else if (const auto* kick = std::get_if<Kick>(&command)) {
      batch.reached(i, carry_out(*kick));
    } else if (const auto* change = std::get_if<RoomChange>(&command)) {
      carry_out(*change, shared, i);
    } else if (!std::holds_alternative<Drain>(command)) {
      batch.cannot(i);
    }
  }
  io_.flush_gathered();
}

void DirectCommands::carry_out(const RoomChange& change, const CommandBatchRef& batch, std::size_t command) {
  for (const ConnId conn : change.conns) {
    if (conn.worker() != worker_) continue;
    const auto ticket = std::make_shared<JoinTicket>([batch, command](JoinCount count) {
      if (count.gone == 0 && count.refused == 0) batch->reached(command, 1);
    });
    for (const std::string& room : change.rooms) {
      if (!valid_room_key(room)) {
        ++ticket->count.refused;
      } else if (change.join) {
        membership_.join(conn, room, ticket);
      } else {
        membership_.leave(conn, room, ticket);
      }
    }
  }
}

std::int32_t DirectCommands::carry_out(const Kick& kick) {
  if (kick.replaced && fault::fire("comet.keeps_replaced")) return 0;
  const std::uint16_t token_key = io_.token_keys().find(kick.token_key);
  const bool many = kick.uid.value() > 0 || !kick.key.empty() || token_key != TokenKeys::kNone;
  std::int32_t closed = many ? close_all_of(kick, token_key) : 0;
  for (const auto& [conn, epoch] : kick.conns) {
    const std::uint32_t place = conn.worker() == worker_ ? io_.place_of(conn) : ConnectionSlab::kNoPlace;
    if (place == ConnectionSlab::kNoPlace) continue;
    const Connection& connection = io_.slab().at(place);
    const bool waiting = connection.phase == Phase::kConnecting;  // a connection logs in once: it is this session
    const bool named = connection.session && (epoch == SessionEpoch() || connection.session->epoch == epoch);
    if ((waiting || named) && close(place, kick)) ++closed;
  }
  return closed;
}

std::int32_t DirectCommands::close_all_of(const Kick& kick, std::uint16_t token_key) {
  std::int32_t closed = 0;
  for (std::uint32_t place = 0; place < io_.slab().places(); ++place) {
    const Connection& connection = io_.slab().at(place);
    if (connection.session && belongs_to(*connection.session, kick, token_key) && close(place, kick)) ++closed;
  }
  return closed;
}

bool DirectCommands::close(std::uint32_t place, const Kick& kick) {
  if (io_.slab().at(place).phase == Phase::kLingering) return false;
  const CloseReason token = kick.token_key.empty() ? CloseReason::kKicked : CloseReason::kTokenExpired;
  io_.close(place, kick.replaced ? CloseReason::kReplaced : token);
  return true;
}

}  // namespace im::comet
