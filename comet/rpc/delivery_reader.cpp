#include "comet/rpc/delivery_reader.hpp"

#include "common/push/wire.hpp"

namespace im::comet {

namespace {

std::shared_ptr<const PushExcept> read_except(const push::Except& wire, const CometInstance& self) {
  PushExcept except;
  for (const auto& connection : wire.connections()) {
    const CometInstance comet{CometNumber(connection.comet()), InstanceEpoch(connection.epoch())};
    if (comet == self) except.conns.emplace_back(connection.conn());
  }
  except.keys.assign(wire.keys().begin(), wire.keys().end());
  if (except.conns.empty() && except.keys.empty()) return nullptr;
  return std::make_shared<const PushExcept>(std::move(except));
}

constexpr std::size_t kMaxOnce = 64;     // it is kept for some time
constexpr std::size_t kMaxReport = 128;  // and so is this

std::optional<PushMessage> message_of(push::Content& content, const CometInstance& self) {
  const auto facts = facts_of(content);
  if (!facts) return std::nullopt;
  PushMessage message;
  message.operation = content.operation();
  message.body = std::make_shared<const std::string>(std::move(*content.mutable_body()));
  message.facts = *facts;
  message.except = read_except(content.except(), self);
  return message;
}

}  // namespace

std::optional<PushMessage> read_content(const std::string& bytes, const CometInstance& self) {
  push::Content content;
  return content.ParseFromString(bytes) ? message_of(content, self) : std::nullopt;
}

std::optional<PushDelivery> read_delivery(const Delivery& wire, const CometInstance& self) {
  const auto scope = from_wire(wire.scope());
  push::Content content;
  if (!scope || !content.ParseFromString(wire.content()) || content.once().size() > kMaxOnce) return std::nullopt;
  auto message = message_of(content, self);
  if (!message) return std::nullopt;
  PushDelivery delivery;
  delivery.scope = *scope;
  delivery.message = std::move(*message);
  delivery.message.speed = wire.speed();
  delivery.message.written_ms = wire.written_ms();
  delivery.room = wire.room();
  delivery.once = std::move(*content.mutable_once());
  if (content.report().size() <= kMaxReport) delivery.report = std::move(*content.mutable_report());
  for (const auto raw : wire.conns()) delivery.conns.emplace_back(raw);
  for (const auto uid : wire.lookup_uids()) delivery.lookup_uids.emplace_back(uid);
  delivery.lookup_keys.assign(wire.lookup_keys().begin(), wire.lookup_keys().end());
  return delivery;
}

}  // namespace im::comet
