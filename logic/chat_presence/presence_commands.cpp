#include "logic/chat_presence/presence_commands.hpp"

#include <algorithm>

#include <boost/json/array.hpp>

namespace im::logic {

namespace {

namespace json = boost::json;
using chat::Actor;
using Uses = PresenceTeller::Uses;
using Work = ChatCommands::Work;

constexpr std::size_t kMostWatched = 200;  ///< of one request
constexpr std::size_t kPresenceText = 4096;
/// Whoever watches asks again within it, and after each hello.
constexpr std::chrono::seconds kWatchFor{600};

Result<json::object> set(const Uses& uses, PresenceTeller& teller, const Actor& actor, const PresenceRow& wanted) {
  const auto kept = uses.store.set(actor, wanted);
  if (!kept.ok()) return kept.error();
  teller.changed(actor.uid, monotonic_now());
  json::object mine{{"uid", actor.uid.value()}, {"state", name_of(kept.value().mood)}, {"text", kept.value().text}};
  json::object event = mine;
  event["cmd"] = "presence";
  uses.tell({actor.uid}, {.json = event, .except = actor.origin});
  return mine;
}

json::array uids_json(const std::vector<Uid>& uids) {
  json::array out;
  for (const Uid uid : uids) out.push_back(uid.value());
  return out;
}

Result<json::object> unwatch(const Uses& uses, Uid watcher, const std::vector<Uid>& uids) {
  using std::chrono::milliseconds;
  const auto done = waited<std::vector<Uid>>(
      [&](auto answer) { uses.watchers.watch(watcher, uids, milliseconds(0), std::move(answer)); });
  if (!done.ok()) return done.error();
  return json::object{};
}

/// First the watch, then the look: what changes meanwhile is told.
Result<json::object> watch(const Uses& uses, Uid watcher, const std::vector<Uid>& uids) {
  auto visible = uses.store.visible_to(watcher, uids);
  if (!visible.ok()) return visible.error();
  const auto full = waited<std::vector<Uid>>(
      [&](auto answer) { uses.watchers.watch(watcher, visible.value(), kWatchFor, std::move(answer)); });
  if (!full.ok()) return full.error();
  std::erase_if(visible.value(), [&](Uid uid) { return std::ranges::find(full.value(), uid) != full.value().end(); });
  const auto where = whereabouts_of(uses.directory, visible.value());
  if (!where.ok()) return where.error();
  const auto rows = uses.store.rows(visible.value());
  if (!rows.ok()) return rows.error();
  json::array list;
  for (const auto& [uid, row] : rows.value())
    list.push_back(presence_json(uid, row, where.value().online.contains(uid)));
  std::vector<Uid> refused;
  for (const Uid uid : uids)
    if (!rows.value().contains(uid)) refused.push_back(uid);
  return json::object{{"presence", std::move(list)}, {"refused", uids_json(refused)}, {"for_s", kWatchFor.count()}};
}

/// Each once.
std::vector<Uid> watched_in(Fields& fields) {
  std::vector<Uid> uids;
  for (const std::int64_t uid : fields.numbers("uids", kMostWatched)) uids.emplace_back(uid);
  std::ranges::sort(uids);
  const auto doubles = std::ranges::unique(uids);
  uids.erase(doubles.begin(), doubles.end());
  if (uids.empty() || uids.front().value() <= 0) fields.refuse("uids", "a list of 1 to 200 users");
  return uids;
}

}  // namespace

void add_presence_commands(ChatCommands& commands, const Uses& uses, PresenceTeller& teller) {
  commands.on("presence.set", [&uses, &teller](const Actor& actor, Fields& fields) -> Work {
    const auto mood = read_mood(fields.text("state", 16));
    if (!mood) fields.refuse("state", "online, away, busy or invisible");
    PresenceRow wanted{mood.value_or(Mood::kOnline), fields.text_or("text", kPresenceText, "")};
    return [&uses, &teller, actor, wanted] { return set(uses, teller, actor, wanted); };
  });
  commands.on("presence.sub", [&uses](const Actor& actor, Fields& fields) -> Work {
    const bool on = fields.flag_or("on", true);
    return [&uses, on, watcher = actor.uid, uids = watched_in(fields)] {
      return on ? watch(uses, watcher, uids) : unwatch(uses, watcher, uids);
    };
  });
}

}  // namespace im::logic
