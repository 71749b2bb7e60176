#include "logic/admin/kick_http.hpp"

#include <optional>
#include <vector>

#include <boost/json/object.hpp>

#include "common/base/log.hpp"
#include "logic/admin/answers.hpp"
#include "logic/goim/http_answers.hpp"

namespace im::logic {

namespace {

namespace json = boost::json;

HttpResponse who_is_missing() {
  return problem(400, "invalid", "give one parameter: \"uid\" (a number above 0) or \"key\" (UTF-8)");
}
HttpResponse no_tokens() {
  return problem(400, "invalid", "identity is \"open\": there are no tokens to revoke (identity.kind of logic)");
}
HttpResponse not_revoked(const Result<std::int32_t>& closed, const Error& error) {
  const std::string kicked = closed.ok() ? std::to_string(closed.value()) + " connections were closed, but "
                                         : "a comet did not answer (" + closed.error().message + "), and ";
  return problem(503, "not_revoked",
                 kicked + "the revocation was not stored, new logins are accepted: " + error.message);
}

std::optional<Who> who_of(const HttpRequest& request) {
  const std::string* uid_text = request.parameter("uid");
  const std::string* key = request.parameter("key");
  if ((uid_text == nullptr) == (key == nullptr)) return std::nullopt;
  if (key != nullptr) return valid_key(*key) ? std::optional(Who{Uid(), *key}) : std::nullopt;
  const auto uid = parse_number<std::int64_t>(*uid_text);
  if (!uid || *uid <= 0) return std::nullopt;
  return Who{Uid(*uid), {}};
}

Kick kick_of(const Who& who) {
  Kick kick;
  kick.uid = who.uid;
  if (who.uid.value() <= 0) kick.key = who.key;
  return kick;
}

}  // namespace

void KickDesk::add_routes(HttpServer& server) {
  server.route("POST", "/admin/v1/kick",
               [this](const HttpRequest& request, HttpReply reply) { kick(request, std::move(reply)); });
  server.route("POST", "/admin/v1/pardon",
               [this](const HttpRequest& request, HttpReply reply) { pardon(request, std::move(reply)); });
}

void KickDesk::kick(const HttpRequest& request, HttpReply reply) {
  const auto who = who_of(request);
  if (!who) return reply(who_is_missing());
  if (const std::string* text = request.parameter("revoke_s")) {
    const auto seconds = parse_number<std::int64_t>(*text);
    if (!seconds || *seconds < 1 || *seconds > Revocations::kLongest.count())
      return reply(problem(400, "invalid", "parameter \"revoke_s\" is seconds, 1 to 86400 (a day)"));
    if (revocations_ == nullptr) return reply(no_tokens());
    return revoke(*who, std::chrono::seconds(*seconds), std::move(reply));
  }
  kick_now(kick_of(*who), [reply = std::move(reply)](const Result<std::int32_t>& closed) {
    if (!closed.ok()) return reply(problem(503, "unavailable", "a comet did not answer: " + closed.error().message));
    if (closed.value() == 0) return reply(problem(404, "not_found", "there is no live session"));
    reply(answer(200, {{"kicked", closed.value()}}));
  });
}

void KickDesk::kick_now(const Kick& kick, Reached done) { comets_.kick_everywhere(kick, std::move(done)); }

bool KickDesk::kick_again(const Kick& kick) {
  const std::lock_guard lock(mutex_);
  if (pending_.size() >= kMaxPending) return false;
  pending_.push_back({monotonic_now() + again_, kick});
  return true;
}

void KickDesk::end_token_key(const std::string& name, std::function<bool()> gone) {
  {
    const std::lock_guard lock(mutex_);
    const TimePoint now = monotonic_now();
    std::erase_if(gone_, [&name](const GoneKey& key) { return key.name == name; });
    gone_.push_back({name, std::move(gone), now + kGoneFor, now + again_});
  }
  close_of_token_key(name);
}

void KickDesk::close_of_token_key(const std::string& name) {
  Kick kick;
  kick.token_key = name;
  kick_now(kick, [name](const Result<std::int32_t>& closed) {
    if (!closed.ok())
      return log::warn("a key of tokens is gone, and a comet did not answer: it is asked again",
                       {{"key", name}, {"why", closed.error().message}});
    if (closed.value() > 0)
      log::info("a key of tokens is gone: its sessions are closed", {{"key", name}, {"closed", closed.value()}});
  });
}

std::vector<std::string> KickDesk::due_keys(TimePoint now) {
  std::vector<std::string> due;
  std::erase_if(gone_, [&](const GoneKey& key) { return key.until < now || !key.gone(); });
  for (GoneKey& key : gone_) {
    if (key.next > now) continue;
    key.next = now + kGoneEvery;
    due.push_back(key.name);
  }
  return due;
}

/// First the revocation, then the kick: nobody comes in between. Who was already past the check is met by the second
/// kick. A revocation that cannot be stored keeps no connection open.
void KickDesk::revoke(const Who& who, std::chrono::seconds time, HttpReply reply) {
  const bool again = kick_again(kick_of(who));
  auto stored = [this, who, time, reply = std::move(reply)](const Status& status) {
    kick_now(kick_of(who), [time, reply, status](const Result<std::int32_t>& closed) {
      if (!status.ok()) return reply(not_revoked(closed, status.error()));
      if (!closed.ok())
        return reply(problem(503, "unavailable", "revoked, but a comet did not answer: " + closed.error().message));
      reply(answer(200, {{"kicked", closed.value()}, {"revoked_s", time.count()}}));
    });
  };
  if (!again) return stored(Error{Error::Code::kOverloaded, "too many revocations at a time"});
  revocations_->revoke(who, time, std::move(stored));
}

void KickDesk::pardon(const HttpRequest& request, HttpReply reply) {
  const auto who = who_of(request);
  if (!who) return reply(who_is_missing());
  if (revocations_ == nullptr) return reply(no_tokens());
  revocations_->pardon(*who, [reply = std::move(reply)](const Status& status) {
    reply(status.ok() ? answer(200, {{"pardoned", true}})
                      : problem(503, "unavailable", "the router did not take it: " + status.error().message));
  });
}

void KickDesk::tick(TimePoint now) {
  std::vector<Kick> due;
  std::vector<std::string> keys;
  {
    const std::lock_guard lock(mutex_);
    for (; !pending_.empty() && pending_.front().due <= now; pending_.pop_front())
      due.push_back(std::move(pending_.front().kick));
    keys = due_keys(now);
  }
  for (const Kick& kick : due) kick_now(kick, [](const Result<std::int32_t>&) {});
  for (const std::string& name : keys) close_of_token_key(name);
}

}  // namespace im::logic
