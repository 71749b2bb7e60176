#include "logic/push_api/push_api.hpp"

#include <algorithm>
#include <array>
#include <memory>
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
constexpr std::int64_t kRunningMs = 60'000;  ///< longer than a push may take: what has no result by then has none
constexpr int kStoreTries = 4;               ///< each waits for the router

/// What the table says about a key: the request it stands for and, when it is done, the ids it gave. A claim lives as
/// long as a result: when the result cannot be stored, or the logic dies, the key must not be free again.
std::string claim(const std::string& fingerprint) {
  return json::serialize(json::object{{"for", fingerprint}, {"at", unix_ms()}});
}

std::string result(const std::string& fingerprint, const std::vector<PushOutcome>& outcomes) {
  json::array ids, targets;
  for (const auto& outcome : outcomes) {
    ids.emplace_back(outcome.id);
    targets.push_back(json::array{outcome.reach.queued, outcome.reach.offline, outcome.reach.unknown});
  }
  return json::serialize(json::object{{"for", fingerprint}, {"ids", std::move(ids)}, {"targets", std::move(targets)}});
}

/// It asks a router.
constexpr PushCost kFateCost{1, 1};

PushCost cost_of(const std::vector<PushCommand>& pushes) {
  constexpr std::size_t kBytesPerToken = 4096;
  PushCost cost{pushes.size(), 0};
  for (const auto& push : pushes) {
    const std::size_t targets = std::max<std::size_t>(1, push.users.size() + push.keys.size());
    const std::size_t parts = std::max<std::size_t>(1, (push.body.size() + kBytesPerToken - 1) / kBytesPerToken);
    cost.tokens += static_cast<double>(targets * parts);
  }
  return cost;
}

std::variant<PushAnswer, Problem> replay(const std::string& stored, const std::string& fingerprint) {
  const json::object row = json::parse(stored).as_object();
  if (json::value_to<std::string>(row.at("for")) != fingerprint) return idempotency_key_reused();
  const json::value* ids = row.if_contains("ids");
  if (ids == nullptr) {
    const json::value* at = row.if_contains("at");
    const bool over = at != nullptr && unix_ms() - at->as_int64() > kRunningMs;
    return over ? idempotency_unknown() : idempotency_in_progress();
  }
  PushAnswer answer{{}, true};
  for (const auto& id : ids->as_array()) answer.outcomes.push_back({json::value_to<std::string>(id), {}, {}});
  const json::value* targets = row.if_contains("targets");  // rows of older versions have none
  for (std::size_t i = 0; targets != nullptr && i < answer.outcomes.size(); ++i) {
    const auto counts = json::value_to<std::array<std::uint32_t, 3>>(targets->as_array().at(i));
    answer.outcomes[i].reach = {counts[0], counts[1], counts[2], {}, {}};
  }
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
  std::vector<std::shared_ptr<PushReach>> reaches;  ///< of the outcomes
};

std::variant<ApiKey, Problem> PushApi::authenticate(std::string_view credential, const std::string& client) {
  auto key = keys_.authenticate(credential, unix_ms());
  if (!std::holds_alternative<Problem>(key)) return key;
  ++stats_.unauthenticated;
  const auto wait = guesses_.wrong(client, monotonic_now());
  if (!wait) return key;
  return rate_limited("Too many wrong API keys came from this address.", whole_seconds(*wait));
}

std::optional<Problem> PushApi::admit(const PushCall& call) {
  for (std::size_t i = 0; i < call.pushes.size(); ++i) {
    const char* scope = scope_of(call.pushes[i]);
    if (call.key.may(scope)) continue;
    ++stats_.forbidden;
    const std::string at = call.pushes.size() > 1 ? "/pushes/" + std::to_string(i) + "/to" : "/to";
    return forbidden("The API key " + call.key.id + " lacks the scope \"" + scope + "\".", at);
  }
  return spend(call.key, cost_of(call.pushes));
}

std::optional<Problem> PushApi::spend(const ApiKey& key, const PushCost& cost) {
  auto limited = keys_.spend(key, cost, monotonic_now());
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
  shared_.put_if_absent(table_key, value, kRemember,
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
  for (std::size_t i = 0; i < run->call.pushes.size(); ++i) {
    run->outcomes.push_back({make_push_id(), {}, {}});
    run->reaches.push_back(std::make_shared<PushReach>());
  }
  for (std::size_t i = 0; i < run->call.pushes.size(); ++i) {
    const PushCommand& command = run->call.pushes[i];
    PushSpec spec(command.operation);
    spec.reach = run->reaches[i];
    if (command.report) spec.report = PushFates::name_of(run->call.key.id, run->outcomes[i].id);
    send(command, std::move(spec), [this, run, i](const Status& status) {
      ++(status.ok() ? stats_.accepted : stats_.failed);
      if (!status.ok() || !run->call.pushes[i].report) return settle(run, i, status);
      // Remembered before the caller hears of it. That the routers could not keep it does not take the push back.
      const std::string name = PushFates::name_of(run->call.key.id, run->outcomes[i].id);
      fates_.opened(name, *run->reaches[i], [this, run, i](const Status&) { settle(run, i, Ok{}); });
    });
  }
}

void PushApi::settle(const std::shared_ptr<Run>& run, std::size_t index, const Status& status) {
  {
    const std::lock_guard lock(run->mutex);
    const PushCommand& command = run->call.pushes[index];
    const bool several = command.users.size() + command.keys.size() > 1;
    if (!status.ok()) run->outcomes[index].problem = not_accepted(status.error(), several);
    run->outcomes[index].reach = *run->reaches[index];
    if (--run->open > 0) return;
  }
  finish(run);
}

void PushApi::fate(const ApiKey& key, const std::string& push_id,
                   std::function<void(std::variant<PushFate, Problem>)> done) {
  if (auto limited = spend(key, kFateCost)) return done(std::move(*limited));
  fates_.find(PushFates::name_of(key.id, push_id),
              [done = std::move(done)](const Result<std::optional<PushFate>>& fate) {
                if (!fate.ok()) return done(not_accepted(fate.error()));
                if (!fate.value()) return done(no_such_push());
                done(*fate.value());
              });
}

void PushApi::send(const PushCommand& command, PushSpec spec, std::function<void(Status)> done) {
  switch (command.to) {
    case PushCommand::To::kUsers:
      push_.to_users(std::move(spec), command.users, command.body, std::move(done));
      return;
    case PushCommand::To::kKeys:
      push_.to_keys(std::move(spec), command.keys, command.body, std::move(done));
      return;
    case PushCommand::To::kRoom:
      push_.to_room(std::move(spec), command.room, command.body, std::move(done));
      return;
    case PushCommand::To::kAll:
      push_.to_all(std::move(spec), command.speed, command.body, std::move(done));
      return;
  }
}

/// Remembered before the caller hears of it, so that whoever repeats after an answer finds it. What failed is not
/// remembered: the caller may try again under the same key. What cannot be stored leaves the key claimed: a repeated
/// call is refused, and not pushed again.
void PushApi::finish(const std::shared_ptr<Run>& run) {
  if (run->table_key.empty()) {
    run->done(PushAnswer{run->outcomes, false});
    return;
  }
  remember(run, kStoreTries);
}

void PushApi::remember(const std::shared_ptr<Run>& run, int tries) {
  auto stored = [this, run, tries](const Status& status) {
    if (!status.ok() && tries > 1) return remember(run, tries - 1);
    if (!status.ok()) ++stats_.unremembered;
    run->done(PushAnswer{run->outcomes, false});
  };
  bool whole = true;
  for (const auto& outcome : run->outcomes) whole = whole && !outcome.problem;
  if (whole) {
    shared_.put(run->table_key, result(run->call.fingerprint, run->outcomes), kRemember, std::move(stored));
  } else {
    shared_.remove(run->table_key, std::move(stored));
  }
}

}  // namespace im::logic
