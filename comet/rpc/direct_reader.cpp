#include "comet/rpc/direct_reader.hpp"

#include "comet/rpc/delivery_reader.hpp"

namespace im::comet {

namespace {

std::vector<ConnId> conns_of(const google::protobuf::RepeatedField<std::uint64_t>& raw) {
  std::vector<ConnId> conns;
  conns.reserve(static_cast<std::size_t>(raw.size()));
  for (const auto conn : raw) conns.emplace_back(conn);
  return conns;
}

DirectCommand read_push(const DirectDelivery& wire, const CometInstance& self) {
  auto message = read_content(wire.content(), self);
  if (!message) return {};
  return DirectPush{conns_of(wire.conns()), std::move(*message)};
}

RoomChange read_rooms(const DirectRooms& wire, bool join) {
  return {conns_of(wire.conns()), {wire.rooms().begin(), wire.rooms().end()}, join};
}

Kick read_kick(const DirectKick& wire) {
  Kick kick;
  kick.uid = Uid(wire.uid());
  kick.key = wire.key();
  kick.token_key = wire.token_key();
  for (const auto& named : wire.connections())
    kick.conns.push_back({ConnId(named.conn()), SessionEpoch(named.session_epoch())});
  kick.replaced = wire.reason() == DirectKick::REPLACED;
  return kick;
}

DirectCommand read_command(const DirectEntry& wire, const CometInstance& self) {
  switch (wire.what_case()) {
    case DirectEntry::kDeliver:
      return read_push(wire.deliver(), self);
    case DirectEntry::kJoin:
      return read_rooms(wire.join(), true);
    case DirectEntry::kLeave:
      return read_rooms(wire.leave(), false);
    case DirectEntry::kKick:
      return read_kick(wire.kick());
    case DirectEntry::kDrain:
      return Drain{};
    default:
      return {};
  }
}

}  // namespace

std::vector<DirectCommand> read_commands(const DirectBatch& batch, const CometInstance& self) {
  std::vector<DirectCommand> commands;
  commands.reserve(static_cast<std::size_t>(batch.commands_size()));
  for (const auto& entry : batch.commands()) commands.push_back(read_command(entry, self));
  return commands;
}

}  // namespace im::comet
