#include "comet/push/audience.hpp"

#include <algorithm>

#include "comet/wire/op_list.hpp"

namespace im::comet {

namespace {

bool excepted(const Session& session, ConnId id, const PushExcept& except) {
  return std::ranges::find(except.conns, id) != except.conns.end() ||
         std::ranges::find(except.keys, session.key()) != except.keys.end();
}

}  // namespace

Wanted wanted(const Connection& connection, ConnId id, const PushMessage& message, bool room) {
  const Session& session = *connection.session;
  if (message.except && excepted(session, id, *message.except)) return Wanted::kExcepted;
  switch (message.facts.audience) {
    case PushAudience::kEverybody:
      return Wanted::kYes;
    case PushAudience::kHello:
      return session.said_hello ? Wanted::kYes : Wanted::kNoHello;
    case PushAudience::kAccepting:
      break;
  }
  const bool takes = room || !connection.dialect->filtered || accepts(session.accepts, message.operation);
  return takes ? Wanted::kYes : Wanted::kNotAccepted;
}

bool for_every_member(const PushMessage& message) {
  return message.facts.audience != PushAudience::kHello && !message.except;
}

PushClass kind_of(std::span<const PushMessage> messages) {
  const auto is = [](PushClass kind) {
    return [kind](const PushMessage& message) { return message.facts.kind == kind; };
  };
  if (std::ranges::any_of(messages, is(PushClass::kEvent))) return PushClass::kEvent;
  return std::ranges::any_of(messages, is(PushClass::kPush)) ? PushClass::kPush : PushClass::kEphemeral;
}

}  // namespace im::comet
