#include "logic/comets/user_events.hpp"

#include <map>
#include <utility>

#include "common/base/log.hpp"
#include "common/base/when_all.hpp"

namespace im::logic {

namespace {

EncodedPush content_of(ClientEvent event) {
  PushSpec spec(kEventOp);
  spec.facts.kind = event.kind;
  spec.except = std::move(event.except);
  return encode(spec, std::move(event.json));
}

void deliver(CometGateway& gateway, const std::vector<SessionInfo>& sessions, const EncodedPush& content,
             Reached done) {
  std::map<CometInstance, std::vector<ConnId>> by_comet;
  for (const SessionInfo& session : sessions) by_comet[session.comet].push_back(session.conn);
  WhenAll<std::int32_t> all(std::move(done));
  for (auto& [comet, conns] : by_comet) gateway.deliver(comet, std::move(conns), content, all.part());
}

}  // namespace

void UserEvents::to_user(Uid uid, ClientEvent event, Reached done) {
  LocateAsk ask;
  ask.uids = {uid.value()};
  directory_.locate(std::move(ask), [this, content = content_of(std::move(event)), done = std::move(done)](
                                        const Result<LocateAnswer>& answer) { located(answer, content, done); });
}

void UserEvents::located(const Result<LocateAnswer>& answer, const EncodedPush& content, const Reached& done) {
  if (!answer.ok()) return lose(answer.error(), done);
  const auto& sessions = answer.value().by_uid.front();
  if (sessions.empty() && answer.value().unknown_uid(0))
    return lose({Error::Code::kUnavailable, "no router can say where the user is"}, done);
  deliver(gateway_, sessions, content, done);
}

void UserEvents::lose(const Error& why, const Reached& done) {
  ++unlocated_;
  {
    const std::lock_guard lock(mutex_);
    if (const std::uint64_t times = told_.tell(monotonic_now()))
      log::warn("events for users went to nobody", {{"why", why.message}, {"times", times}});
  }
  done(why);
}

void UserEvents::to_sessions(const std::vector<SessionInfo>& sessions, ClientEvent event, Reached done) {
  deliver(gateway_, sessions, content_of(std::move(event)), std::move(done));
}

}  // namespace im::logic
