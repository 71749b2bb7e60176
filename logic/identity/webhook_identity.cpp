#include "logic/identity/webhook_identity.hpp"

#include <algorithm>
#include <optional>

#include "common/base/log.hpp"
#include "common/keys/digest.hpp"

namespace im::logic {

namespace {

constexpr auto kDenied = Error::Code::kDenied;

}  // namespace

WebhookAuthenticator::WebhookAuthenticator(HookCaller& caller, WebhookRules rules, Clock clock)
    : caller_(caller),
      rules_(rules),
      clock_(std::move(clock)),
      granted_(rules.cache.count() > 0 || rules.stale.count() > 0 ? rules.entries : 0),
      refused_(rules.negative_cache.count() > 0 ? rules.entries : 0) {}

std::size_t WebhookAuthenticator::cached_answers() const {
  const std::lock_guard lock(mutex_);
  return granted_.size() + refused_.size();
}

void WebhookAuthenticator::identify(AuthAsk ask, Done done) {
  Login login;
  login.v1 = ask.family == ClientFamily::kGoimV1;
  if (!login.v1 && is_object_body(ask.token)) {
    auto stated = read_stated_identity(ask.token);
    if (!stated.ok()) return done(stated.error());
    login.stated = std::move(stated).value();
  }
  std::string question = hook_question(ask);
  login.name = sha256_hex(question);
  login.done = std::move(done);
  if (answer_from_cache(login)) return;
  caller_.ask(std::move(question), [this, login = std::make_shared<Login>(std::move(login))](
                                       const Result<HookReply>& reply) { on_reply(*login, reply); });
}

bool WebhookAuthenticator::answer_from_cache(Login& login) {
  std::optional<Known> known;
  {
    const std::lock_guard lock(mutex_);
    const TimePoint now = clock_.now();
    if (const Known* found = granted_.find(login.name, now)) {
      known = *found;
    } else if (refused_.find(login.name, now) == nullptr) {
      return false;
    }
  }
  ++(known ? stats_.cached : stats_.cached_refusals);
  login.done(known ? identity_of(*known, login) : Error{kDenied, "refused by the hook a moment ago"});
  return true;
}

Result<Identity> WebhookAuthenticator::identity_of(const Known& known, const Login& login) {
  const HookGrant& grant = known.grant;
  StatedIdentity stated = login.stated;
  if (grant.key) stated.identity.key = *grant.key;
  auto identity = login.v1 ? Result<Identity>(combine_v1(grant.uid)) : combine(grant.uid, std::move(stated));
  if (!identity.ok()) return identity;
  Identity& who = identity.value();
  if (grant.room) who.room = *grant.room;
  if (grant.platform) who.platform = *grant.platform;
  if (grant.accepts) who.accepts = *grant.accepts;
  who.expires_s = known.expires_s;
  who.issued_s = grant.issued_s;
  return identity;
}

void WebhookAuthenticator::on_reply(Login& login, const Result<HookReply>& reply) {
  if (!reply.ok()) return on_failure(login, reply.error());
  auto verdict = read_hook_answer(reply.value().status, reply.value().body);
  if (!verdict.ok()) return on_failure(login, verdict.error());
  if (failing_.exchange(false)) log::info("the hook of identity.webhook_url answers again");
  if (auto* grant = std::get_if<HookGrant>(&verdict.value())) return on_grant(login, std::move(*grant));
  on_refusal(login);
}

void WebhookAuthenticator::on_refusal(const Login& login) {
  ++stats_.refused;
  {
    const std::lock_guard lock(mutex_);
    const TimePoint until = clock_.now() + rules_.negative_cache;
    granted_.remove(login.name);
    refused_.put(login.name, true, until, until);
  }
  login.done(Error{kDenied, "refused by the hook"});
}

void WebhookAuthenticator::on_grant(Login& login, HookGrant grant) {
  ++stats_.granted;
  Known known{std::move(grant), 0};
  TimePoint fresh = clock_.now() + rules_.cache, stale = std::max(fresh, clock_.now() + rules_.stale);
  if (known.grant.expires_in_s > 0) {
    known.expires_s = clock_.unix_s() + known.grant.expires_in_s;
    const TimePoint end = clock_.now() + std::chrono::seconds(known.grant.expires_in_s);
    fresh = std::min(fresh, end);
    stale = std::min(stale, end);
  }
  {
    const std::lock_guard lock(mutex_);
    granted_.put(login.name, known, fresh, stale);
    refused_.remove(login.name);
  }
  login.done(identity_of(known, login));
}

void WebhookAuthenticator::on_failure(Login& login, const Error& error) {
  count_failure(error);
  if (!failing_.exchange(true))
    log::error("the hook of identity.webhook_url fails",
               {{"why", error.message}, {"until_it_answers", rules_.stale.count() > 0 ? "cached" : "refuse"}});
  std::optional<Known> known;
  if (rules_.stale.count() > 0) {
    const std::lock_guard lock(mutex_);
    if (const Known* found = granted_.find_stale(login.name, clock_.now())) known = *found;
  }
  if (!known) return login.done(Error{Error::Code::kUnavailable, "the hook fails: " + error.message});
  ++stats_.stale;
  login.done(identity_of(*known, login));
}

void WebhookAuthenticator::count_failure(const Error& error) {
  switch (error.code) {
    case Error::Code::kTimeout:
      ++stats_.timeouts;
      break;
    case Error::Code::kOverloaded:
      ++stats_.overloaded;
      break;
    case Error::Code::kInvalid:
      ++stats_.bad_answers;
      break;
    default:
      ++stats_.unreachable;
  }
}

}  // namespace im::logic
