#include "logic/identity/connection_service.hpp"

#include "common/base/log.hpp"
#include "common/base/reserved_room.hpp"
#include "common/base/room_key.hpp"
#include "common/wire/packet.hpp"

namespace im::logic {

namespace {

constexpr std::size_t kMaxPlatform = 64;  // bytes; every router and comet keeps it as long as the session lives

bool is_refusal(const Error& error) {
  return error.code == Error::Code::kInvalid || error.code == Error::Code::kDenied ||
         error.code == Error::Code::kOverloaded;
}

/// What may go on from here, whoever vouched for it: every daemon keeps it, and it stands in answers and terminals.
Identity fit(Identity identity) {
  identity.platform = cut_utf8(identity.platform, kMaxPlatform);
  if (!valid_room_key(identity.room) || reserved_room(identity.room)) identity.room.clear();
  return identity;
}

}  // namespace

bool ConnectionService::refuses_origin(const Ask& ask) {
  if (any_origin_ || ask.unchecked_origin.empty()) return false;
  ++stats_.foreign_origin;
  const std::lock_guard lock(told_mutex_);
  if (const std::uint64_t times = told_.tell(monotonic_now())) {
    log::warn(
        "a browser is refused: ws.origins of its comet is empty and identity is not \"open\"; list the origins of your "
        "pages there",
        {{"origin", ask.unchecked_origin}, {"times", times}});
  }
  return true;
}

void ConnectionService::connect(const Ask& ask, ConnectDone done) {
  if (refuses_origin(ask)) {
    done(Error{Error::Code::kDenied, "the origin of this page is not in ws.origins of the comet"});
    return;
  }
  Authenticator* authenticator = authenticators_[index_of(ask.family)];
  if (authenticator == nullptr)
    return fail(ask, {Error::Code::kDenied, "a page of WebIM, and webim.enabled is false"}, done);
  AuthAsk shown{ask.token, ask.cookie, ask.client_ip, ask.transport, ask.family};
  authenticator->identify(std::move(shown), [this, ask, done = std::move(done)](Result<Identity> identity) mutable {
    if (!identity.ok()) return fail(ask, identity.error(), done);
    admit(ask, fit(std::move(identity).value()), std::move(done));
  });
}

void ConnectionService::fail(const Ask& ask, const Error& error, const ConnectDone& done) {
  ++(is_refusal(error) ? stats_.refused : stats_.failed);
  log::debug("login refused", {{"why", error.message}, {"ip", ask.client_ip}, {"transport", ask.transport}});
  const std::uint64_t times = refusals_.tell(error.message, monotonic_now());
  if (times > 0)
    log::warn("clients are not let in", {{"why", error.message}, {"times", times}, {"last_ip", ask.client_ip}});
  done(error);
}

/// Before the bind, which ends the older session of a key: a revoked token must not.
void ConnectionService::admit(const Ask& ask, Identity identity, ConnectDone done) {
  if (revocations_ == nullptr || !identity.revocable) return bind(ask, std::move(identity), std::move(done));
  const auto who = std::make_shared<Identity>(std::move(identity));
  revocations_->check(*who, [this, ask, who, done = std::move(done)](const Status& status) mutable {
    if (status.ok()) return bind(ask, std::move(*who), std::move(done));
    if (is_refusal(status.error())) ++stats_.revoked;
    fail(ask, status.error(), done);
  });
}

void ConnectionService::bind(const Ask& ask, Identity identity, ConnectDone done) {
  SessionInfo session;
  session.uid = identity.uid;
  session.key = identity.key;
  session.comet = ask.comet;
  session.conn = ask.conn;
  session.epoch = ask.order;
  session.platform = identity.platform;
  session.client_ip = ask.client_ip;
  session.room = identity.room;
  session.gone = ask.gone;
  session.max_sessions = rules(ask.family).max_sessions;
  directory_.bind(std::move(session), [this, ask, identity = std::move(identity), done = std::move(done)](
                                          const Result<BindAnswer>& bound) { on_bound(ask, identity, bound, done); });
}

void ConnectionService::on_bound(const Ask& ask, Identity identity, const Result<BindAnswer>& bound,
                                 const ConnectDone& done) {
  if (!bound.ok()) {
    authenticators_[index_of(ask.family)]->not_let_in(identity);
    const bool full = bound.error().code == Error::Code::kOverloaded;
    // A dead router is not the client's fault: it may come back at once.
    return fail(ask,
                full ? Error{rules(ask.family).when_full, bound.error().message}
                     : Error{Error::Code::kUnavailable, "router: " + bound.error().message},
                done);
  }
  ++stats_.ok;
  log::debug("login", {{"uid", identity.uid.value()},
                       {"key", identity.key},
                       {"comet", ask.comet.number.value()},
                       {"ip", ask.client_ip},
                       {"transport", ask.transport}});
  Grant grant{std::move(identity), bound.value().epoch, rules(ask.family).heartbeat, {}};
  std::vector<SessionInfo> elsewhere;
  for (const SessionInfo& old : bound.value().replaced) {
    if (old.comet == ask.comet) {
      grant.replaced.push_back(old.conn);
    } else {
      elsewhere.push_back(old);
    }
  }
  // A login that nobody waits for is taken back in a moment; nobody is sent away for its sake.
  const bool wanted = !ask.gone || !ask.gone();
  if (wanted && tell_replaced_ && !elsewhere.empty()) tell_replaced_(elsewhere);
  if (wanted && tell_connected_) tell_connected_(grant.identity.uid);
  done(std::move(grant));
}

void ConnectionService::take_back(const Grant& grant) {
  directory_.take_back({grant.identity.uid, grant.identity.key, grant.epoch});
}

void ConnectionService::disconnect(std::vector<SessionEnd> sessions, std::function<void(Result<std::int32_t>)> done) {
  stats_.disconnects += sessions.size();
  for (const SessionEnd& end : sessions) log::debug("session ended", {{"uid", end.uid.value()}, {"key", end.key}});
  directory_.unbind(std::move(sessions), std::move(done));
}

void ConnectionService::receive(const Packet& packet, std::function<void(Answer)> done) {
  if (packet.op != wire::kOpAuth || revocations_ == nullptr) return done({});
  AuthAsk shown{packet.body, "", packet.client_ip, packet.transport, ClientFamily::kGoimV2};
  authenticators_[index_of(ClientFamily::kGoimV2)]->identify(
      std::move(shown), [this, packet, done = std::move(done)](Result<Identity> identity) mutable {
        if (identity.ok() && identity.value().uid == packet.uid)
          return renew(packet, std::move(identity).value(), std::move(done));
        ++stats_.not_renewed;
        done({});
      });
}

void ConnectionService::renew(const Packet& packet, Identity identity, std::function<void(Answer)> done) {
  identity.key = packet.key;
  revocations_->check(identity, [this, ends = identity.expires_s, token_key = identity.token_key,
                                 done = std::move(done)](const Status& status) {
    if (!status.ok()) {
      ++stats_.not_renewed;
      return done({});
    }
    ++stats_.renewed;
    Answer answer;
    answer.op = wire::kOpAuthReply;
    answer.renewed = true;
    answer.expires_s = ends;
    answer.token_key = token_key;
    done(std::move(answer));
  });
}

}  // namespace im::logic
