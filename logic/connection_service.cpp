#include "logic/connection_service.hpp"

namespace im::logic {

void ConnectionService::connect(const Ask& ask, std::function<void(Result<Grant>)> done) {
  auto identity = authenticator_.authenticate(ask.token);
  if (!identity.ok()) {
    ++stats_.refused;
    done(identity.error());
    return;
  }
  SessionInfo session;
  session.uid = identity.value().uid;
  session.key = identity.value().key;
  session.comet = ask.comet;
  session.conn = ask.conn;
  session.platform = identity.value().platform;
  session.client_ip = ask.client_ip;
  session.room = identity.value().room;
  directory_.bind(std::move(session), [this, comet = ask.comet, identity = std::move(identity).value(),
                                       done = std::move(done)](const Result<BindAnswer>& bound) {
    if (!bound.ok()) {
      ++stats_.failed;
      // Not the client's fault: it may come back at once.
      done(Error{Error::Code::kUnavailable, "router: " + bound.error().message});
      return;
    }
    ++stats_.ok;
    Grant grant{identity, bound.value().epoch, heartbeat_, {}};
    for (const SessionInfo& old : bound.value().replaced) {
      if (old.comet == comet) grant.replaced.push_back(old.conn);
    }
    done(std::move(grant));
  });
}

void ConnectionService::disconnect(std::vector<SessionEnd> sessions, std::function<void(Result<std::int32_t>)> done) {
  stats_.disconnects += sessions.size();
  directory_.unbind(std::move(sessions), std::move(done));
}

std::string ConnectionService::receive(Uid, std::int32_t, const std::string&) {
  ++stats_.received;
  return {};
}

}  // namespace im::logic
