#include "logic/routers/router_login.hpp"

#include <map>
#include <set>

#include "logic/routers/session_convert.hpp"

namespace im::logic {

namespace {

namespace rt = im::router;

// As long as a router remembers an end that was told before its login (SessionRegistry::kUnderWayMs).
constexpr std::chrono::seconds kTakeBackFor{20};
constexpr std::chrono::milliseconds kTakeBackAgain{300};

class Login : public std::enable_shared_from_this<Login> {
 public:
  Login(RouterCalls& calls, SessionInfo session, SessionDirectory::Done<BindAnswer> done)
      : calls_(calls), session_(std::move(session)), done_(std::move(done)) {}

  void bind() {
    rt::BindRequest request;
    fill(*request.mutable_session(), session_);
    request.set_max_sessions(session_.max_sessions);
    calls_.to_owner<rt::BindReply>(
        home_slot(session_.uid.value(), session_.key), std::move(request), &RouterCalls::Async::Bind,
        [self = shared_from_this()](const Result<rt::BindReply>& reply) { self->bound(reply); }, session_.gone);
  }

 private:
  void bound(const Result<rt::BindReply>& result) {
    if (!result.ok()) {  // it may be carried out all the same, when nobody waits for it any more
      answer_.epoch = session_.epoch;
      if (answer_.epoch.value() != 0 && RouterCalls::unsure(result.error())) unbind();
      return done_(result.error());
    }
    const rt::BindReply& reply = result.value();
    answer_.epoch = SessionEpoch(reply.session_epoch());
    keep(reply.replaced());
    if (reply.superseded()) {
      if (session_.epoch.value() != 0) unbind();  // an attempt before this one may have bound it
      return superseded();
    }
    if (!reply.key_elsewhere()) return displace(reply.former_elsewhere());
    rt::TakeKeyRequest request;
    request.set_uid(session_.uid.value());
    request.set_key(session_.key);
    request.set_session_epoch(answer_.epoch.value());
    request.set_comet(session_.comet.number.value());
    request.set_comet_epoch(session_.comet.epoch.value());
    calls_.to_owner<rt::TakeKeyReply>(
        slot_of(session_.key), std::move(request), &RouterCalls::Async::TakeKey,
        [self = shared_from_this()](const Result<rt::TakeKeyReply>& taken) { self->key_taken(taken); });
  }

  void key_taken(const Result<rt::TakeKeyReply>& result) {
    if (!result.ok()) return give_up(result.error());
    keep(result.value().replaced());
    if (result.value().superseded()) {
      unbind();
      return superseded();
    }
    displace(result.value().former_elsewhere());
  }

  void displace(std::int64_t former) {
    if (former <= 0) return done_(std::move(answer_));
    rt::DisplaceRequest request;
    request.set_uid(former);
    request.set_key(session_.key);
    request.set_session_epoch(answer_.epoch.value());
    calls_.to_owner<rt::DisplaceReply>(slot_of(former), std::move(request), &RouterCalls::Async::Displace,
                                       [self = shared_from_this()](const Result<rt::DisplaceReply>& displaced) {
                                         if (!displaced.ok()) return self->give_up(displaced.error());
                                         self->keep(displaced.value().replaced());
                                         self->done_(std::move(self->answer_));
                                       });
  }

  /// A call that was made twice finds the session of its first time.
  template <class List>
  void keep(const List& replaced) {
    for (auto& info : infos_of(replaced)) {
      if (info.conn != session_.conn || info.comet != session_.comet) answer_.replaced.push_back(std::move(info));
    }
  }

  void superseded() { done_(Error{Error::Code::kUnavailable, "a newer login has this key"}); }
  void give_up(const Error& error) {
    unbind();
    done_(error);
  }
  void unbind() { take_back_at_routers(calls_, {session_.uid, session_.key, answer_.epoch}); }

  RouterCalls& calls_;
  const SessionInfo session_;
  SessionDirectory::Done<BindAnswer> done_;
  BindAnswer answer_;
};

/// What one router is to unbind, and which of it must be in its slots.
struct Share {
  rt::UnbindRequest request;
  std::set<std::uint32_t> homes, keys;
};

bool all_here(const Share& share, const rt::UnbindReply& reply) {
  for (const auto at : reply.not_home()) {
    if (share.homes.contains(at)) return false;
  }
  for (const auto at : reply.not_key()) {
    if (share.keys.contains(at)) return false;
  }
  return true;
}

std::map<int, Share> shares_of(const routers::RouterMap& map, const std::vector<SessionEnd>& sessions) {
  std::map<int, Share> shares;
  for (const SessionEnd& session : sessions) {
    const int home = map.owner_index(home_slot(session.uid.value(), session.key));
    const int key = map.owner_index(slot_of(session.key));
    for (const int index : std::set{home, key}) {
      Share& share = shares[index];
      const auto at = static_cast<std::uint32_t>(share.request.sessions_size());
      auto& out = *share.request.add_sessions();
      out.set_uid(session.uid.value());
      out.set_key(session.key);
      out.set_session_epoch(session.epoch.value());
      if (index == home) share.homes.insert(at);
      if (index == key) share.keys.insert(at);
    }
  }
  return shares;
}

void take_back(RouterCalls& calls, const SessionEnd& session, TimePoint until) {
  unbind_at_routers(calls, {session}, [&calls, session, until](const Result<std::int32_t>& result) {
    if (result.ok() || calls.scheduler().now() >= until) return;
    calls.scheduler().post_after(kTakeBackAgain, [&calls, session, until] { take_back(calls, session, until); });
  });
}

}  // namespace

void bind_at_routers(RouterCalls& calls, const SessionInfo& session, SessionDirectory::Done<BindAnswer> done) {
  std::make_shared<Login>(calls, session, std::move(done))->bind();
}

void take_back_at_routers(RouterCalls& calls, const SessionEnd& session) {
  take_back(calls, session, calls.scheduler().now() + kTakeBackFor);
}

void unbind_at_routers(RouterCalls& calls, const std::vector<SessionEnd>& sessions,
                       SessionDirectory::Done<std::int32_t> done) {
  auto shares = shares_of(calls.map(), sessions);
  if (shares.empty()) return done(0);
  WhenAll<std::int32_t> all([done = std::move(done), &calls](const Result<std::int32_t>& removed) {
    if (!removed.ok()) calls.map().refresh();
    done(removed);
  });
  for (auto& [index, share] : shares) {
    auto request = share.request;
    calls.to_router<rt::UnbindReply>(
        index, std::move(request), &RouterCalls::Async::Unbind, calls.deadline(),
        [share = std::move(share), settle = all.part()](const Result<rt::UnbindReply>& reply) {
          if (!reply.ok()) return settle(reply.error());
          if (all_here(share, reply.value())) return settle(reply.value().removed());
          settle(Error{Error::Code::kUnavailable, "slots are moving"});
        });
  }
}

}  // namespace im::logic
