#include "logic/push_api/push_api.hpp"

#include <mutex>

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <boost/json/value_to.hpp>

#include "logic/push_api/push_id.hpp"

namespace im::logic {

namespace {

namespace json = boost::json;
using namespace std::chrono_literals;
constexpr std::chrono::milliseconds kRemember = 24h;
constexpr std::chrono::milliseconds kRunning =
    60s;  ///< longer than a push may take; after it a dead logic's claim is over

/// What the table says about a key: the request it stands for and, when it is done, the ids it gave.
std::string claim(const std::string& fingerprint) { return json::serialize(json::object{{"for", fingerprint}}); }

std::string result(const std::string& fingerprint, const std::vector<PushOutcome>& outcomes) {
  json::array ids;
  for (const auto& outcome : outcomes) ids.emplace_back(outcome.id);
  return json::serialize(json::object{{"for", fingerprint}, {"ids", std::move(ids)}});
}

std::variant<PushAnswer, Problem> replay(const std::string& stored, const std::string& fingerprint) {
  const json::object row = json::parse(stored).as_object();
  if (json::value_to<std::string>(row.at("for")) != fingerprint) return idempotency_key_reused();
  const json::value* ids = row.if_contains("ids");
  if (ids == nullptr) return idempotency_in_progress();
  PushAnswer answer{{}, true};
  for (const auto& id : ids->as_array()) answer.outcomes.push_back({json::value_to<std::string>(id), std::nullopt});
  return answer;
}

}  // namespace

/// A call whose pushes are on their way.
struct PushApi::Run {
  PushCall call;
  std::string table_key;  ///< "" = no idempotency key
  Done done;
  std::mutex mutex;
  std::size_t open = 0;
  std::vector<PushOutcome> outcomes;
};

std::variant<ApiKey, Problem> PushApi::authenticate(std::string_view credential) {
  auto key = keys_.authenticate(credential, unix_ms());
  if (std::holds_alternative<Problem>(key)) ++stats_.unauthenticated;
  return key;
}

std::optional<Problem> PushApi::admit(const PushCall& call) {
  for (std::size_t i = 0; i < call.pushes.size(); ++i) {
    const char* scope = scope_of(call.pushes[i]);
    if (call.key.may(scope)) continue;
    ++stats_.forbidden;
    const std::string at = call.pushes.size() > 1 ? "/pushes/" + std::to_string(i) + "/to" : "/to";
    return forbidden("The API key " + call.key.id + " lacks the scope \"" + scope + "\".", at);
  }
  auto limited = keys_.spend(call.key, call.pushes.size(), monotonic_now());
  if (limited) ++stats_.rate_limited;
  return limited;
}

void PushApi::push(PushCall call, Done done) {
  if (auto refused = admit(call)) {
    done(std::move(*refused));
    return;
  }
  if (call.idempotency_key.empty()) {
    start(std::move(call), "", std::move(done));
    return;
  }
  const std::string table_key = "push/" + call.key.id + "/" + call.idempotency_key;
  const std::string value = claim(call.fingerprint);
  shared_.put_if_absent(table_key, value, kRunning,
                        [this, table_key, call = std::move(call),
                         done = std::move(done)](const Result<std::optional<std::string>>& there) mutable {
                          if (!there.ok()) {
                            done(not_accepted(there.error()));
                          } else if (there.value()) {
                            auto answer = replay(*there.value(), call.fingerprint);
                            ++(std::holds_alternative<PushAnswer>(answer) ? stats_.replayed : stats_.conflicts);
                            done(std::move(answer));
                          } else {
                            start(std::move(call), std::move(table_key), std::move(done));
                          }
                        });
}

void PushApi::start(PushCall call, std::string table_key, Done done) {
  auto run = std::make_shared<Run>();
  run->call = std::move(call);
  run->table_key = std::move(table_key);
  run->done = std::move(done);
  run->open = run->call.pushes.size();
  for (std::size_t i = 0; i < run->call.pushes.size(); ++i) run->outcomes.push_back({make_push_id(), std::nullopt});
  for (std::size_t i = 0; i < run->call.pushes.size(); ++i) {
    send(run->call.pushes[i], [this, run, i](const Status& status) {
      ++(status.ok() ? stats_.accepted : stats_.failed);
      {
        const std::lock_guard lock(run->mutex);
        const PushCommand& command = run->call.pushes[i];
        const bool several = command.users.size() + command.keys.size() > 1;
        if (!status.ok()) run->outcomes[i].problem = not_accepted(status.error(), several);
        if (--run->open > 0) return;
      }
      finish(run);
    });
  }
}

void PushApi::send(const PushCommand& command, std::function<void(Status)> done) {
  switch (command.to) {
    case PushCommand::To::kUsers:
      push_.to_users(command.operation, command.users, command.body, std::move(done));
      return;
    case PushCommand::To::kKeys:
      push_.to_keys(command.operation, command.keys, command.body, std::move(done));
      return;
    case PushCommand::To::kRoom:
      push_.to_room(command.operation, command.room, command.body, std::move(done));
      return;
    case PushCommand::To::kAll:
      push_.to_all(command.operation, command.speed, command.body, std::move(done));
      return;
  }
}

/// Remembered before the caller hears of it, so that whoever repeats after an answer finds it. What failed is not
/// remembered: the caller may try again under the same key.
void PushApi::finish(const std::shared_ptr<Run>& run) {
  const auto answer = [run](const Status&) { run->done(PushAnswer{run->outcomes, false}); };
  if (run->table_key.empty()) {
    answer(Ok{});
    return;
  }
  bool whole = true;
  for (const auto& outcome : run->outcomes) whole = whole && !outcome.problem;
  if (whole) {
    shared_.put(run->table_key, result(run->call.fingerprint, run->outcomes), kRemember, answer);
  } else {
    shared_.remove(run->table_key, answer);
  }
}

}  // namespace im::logic
