#include "logic/identity/key_census.hpp"

#include <algorithm>
#include <atomic>
#include <map>
#include <mutex>
#include <optional>

#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

#include "common/json/strict_json.hpp"

namespace im::logic {

namespace {

constexpr const char* kRow = "token-keys";

using Stamps = std::map<std::string, std::int64_t>;  ///< by name: when it was written last, in its writer's clock

Stamps stamps_in(const std::string& row) {
  Stamps stamps;
  const auto value = parse_strict_json(row);
  if (!value.ok() || !value.value().is_object()) return stamps;
  for (const auto& [name, at] : value.value().get_object())
    if (at.is_int64()) stamps.emplace(name, at.get_int64());
  return stamps;
}

std::string row_of(const Stamps& stamps) {
  std::vector<std::pair<std::int64_t, std::string>> by_time;
  for (const auto& [name, at] : stamps) by_time.emplace_back(-at, name);
  std::ranges::sort(by_time);
  by_time.resize(std::min(by_time.size(), KeyCensus::kMost));
  boost::json::object row;
  for (const auto& [at, name] : by_time) row[name] = -at;
  return boost::json::serialize(row);
}

}  // namespace

struct KeyCensus::State {
  /// A name of others: clocks of others say nothing here, only that what they write changes.
  struct Watched {
    std::int64_t stamp = 0;
    int reads = 0;  ///< one after the other that found it unchanged
  };
  State(SharedTable& given_table, Uses given) : table(given_table), uses(std::move(given)) {}

  /// Those of `stamps` that are gone; they are taken out.
  std::vector<std::string> take_gone(Stamps& stamps, const std::vector<std::string>& own) {
    const std::lock_guard lock(names);
    std::erase_if(others, [&](const auto& entry) { return !stamps.contains(entry.first); });
    std::vector<std::string> gone;
    for (const auto& [name, stamp] : stamps) {
      if (std::ranges::find(own, name) != own.end()) continue;
      Watched& known = others.try_emplace(name, Watched{stamp, -1}).first->second;
      known = {stamp, known.stamp == stamp ? known.reads + 1 : 0};
      if (known.reads >= kQuietReads) gone.push_back(name);
    }
    for (const std::string& name : gone) {
      stamps.erase(name);
      others.erase(name);
    }
    return gone;
  }

  void forget() {
    const std::lock_guard lock(names);
    others.clear();
  }

  SharedTable& table;
  const Uses uses;
  std::atomic<bool> asking{false};
  std::mutex running;  ///< held while an answer is worked on
  bool stopped = false;
  mutable std::mutex names;  ///< of `others`; nothing is called while it is held
  std::map<std::string, Watched> others;
};

KeyCensus::KeyCensus(SharedTable& table, Uses uses) : state_(std::make_shared<State>(table, std::move(uses))) {}

void KeyCensus::stop() {
  const std::lock_guard lock(state_->running);
  state_->stopped = true;
}

bool KeyCensus::is_written(const std::string& name) const {
  const std::lock_guard lock(state_->names);
  return state_->others.contains(name);
}

void KeyCensus::tick() {
  const TimePoint now = state_->uses.now();
  if (now < next_ || state_->asking.exchange(true)) return;
  next_ = now + kEvery + std::chrono::milliseconds(chance_() % 2500);
  state_->table.get(kRow, [state = state_](const Result<std::optional<std::string>>& row) {
    const std::lock_guard lock(state->running);
    state->asking = false;
    if (state->stopped) return;
    if (!row.ok()) return state->forget();  // maybe nobody could write: whoever is silent is counted anew
    const std::vector<std::string> own = state->uses.names();
    if (own.empty()) return;
    Stamps stamps = row.value() ? stamps_in(*row.value()) : Stamps();
    for (const std::string& name : state->take_gone(stamps, own)) state->uses.gone(name);
    for (const std::string& name : own) stamps[name] = state->uses.now_s();
    // Two logics that write at the same moment lose one of the rows; what was in it is written again by who has it.
    state->table.put(kRow, row_of(stamps), kKept, [](const Status&) {});
  });
}

}  // namespace im::logic
