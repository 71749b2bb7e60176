#include "logic/connection_service.hpp"

namespace im::logic {

void ConnectionService::connect(const Ask& ask, std::function<void(Result<Grant>)> done) {
  const bool v1 = ask.dialect == Dialect::kV1;
  auto identity = v1 ? authenticator_.authenticate_v1(ask.token) : authenticator_.authenticate(ask.token);
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
  session.max_sessions = v1 ? v1_.max_sessions : 0;
  const HeartbeatPolicy heartbeat = v1 ? HeartbeatPolicy{v1_.deadline, 1} : heartbeat_;
  directory_.bind(std::move(session), [this, comet = ask.comet, heartbeat, identity = std::move(identity).value(),
                                       done = std::move(done)](const Result<BindAnswer>& bound) {
    if (!bound.ok() && bound.error().code == Error::Code::kOverloaded) {
      ++stats_.refused;
      done(Error{Error::Code::kDenied, bound.error().message});
      return;
    }
    if (!bound.ok()) {
      ++stats_.failed;
      // Not the client's fault: it may come back at once.
      done(Error{Error::Code::kUnavailable, "router: " + bound.error().message});
      return;
    }
    ++stats_.ok;
    Grant grant{identity, bound.value().epoch, heartbeat, {}};
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
