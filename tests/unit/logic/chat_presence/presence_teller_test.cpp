#include "logic/chat_presence/presence_teller.hpp"

#include <algorithm>

#include <gtest/gtest.h>

#include "logic/chat_presence/presence_commands.hpp"
#include "tests/unit/logic/chat_requests/chat_door.hpp"

namespace im::logic {
namespace {

namespace json = boost::json;

/// Answers at once.
class SessionsNow final : public SessionDirectory {
 public:
  void locate(LocateAsk ask, Done<LocateAnswer> done) override {
    if (away) return done(Error{Error::Code::kUnavailable, "no router"});
    if (before_answer) std::exchange(before_answer, {})();
    LocateAnswer answer;
    for (const std::int64_t uid : ask.uids)
      answer.by_uid.emplace_back(there.contains(Uid(uid)) ? std::vector<SessionInfo>(1) : std::vector<SessionInfo>());
    done(std::move(answer));
  }
  void bind(SessionInfo, Done<BindAnswer> done) override { done(BindAnswer{}); }
  void unbind(std::vector<SessionEnd>, Done<std::int32_t> done) override { done(0); }
  void take_back(SessionEnd) override {}
  void online(OnlineAsk, Done<OnlineAnswer> done) override { done(OnlineAnswer{}); }

  std::unordered_set<Uid> there;
  bool away = false;
  std::function<void()> before_answer;  ///< once: what happens while a round is under way
};

class WatchersNow final : public WatcherTable {
 public:
  void watch(Uid watcher, const std::vector<Uid>& uids, std::chrono::milliseconds ttl,
             std::function<void(Result<std::vector<Uid>>)> done) override {
    for (const Uid uid : uids) {
      std::erase(watchers[uid], watcher);
      if (ttl.count() > 0) watchers[uid].push_back(watcher);
    }
    done(std::vector<Uid>());
  }
  void list(const std::vector<Uid>&, std::function<void(Result<Watchers>)> done) override { done(watchers); }
  Watchers watchers;
};

/// 1 watches 2 and 3, who are contacts.
class PresenceTellerTest : public testing::Test {
 protected:
  void SetUp() override {
    add_presence_commands(door.commands, uses, teller);
    for (const int peer : {2, 3}) {
      ASSERT_TRUE(door.chat.contacts.add(door.chat.actor(1), Uid(peer), "").ok());
      ASSERT_TRUE(door.chat.contacts.accept(door.chat.actor(peer), Uid(1)).ok());
    }
  }
  /// What `uid`'s watchers are told when a change of theirs is due.
  std::vector<json::object> after(int uid, bool online) {
    if (online) sessions.there.insert(Uid(uid));
    if (!online) sessions.there.erase(Uid(uid));
    door.told();
    const TimePoint now = monotonic_now();
    const TimePoint long_ago = now - std::chrono::seconds(5);
    teller.tell(now, {{Uid(uid), online ? std::optional<TimePoint>() : long_ago}});
    std::vector<json::object> events;
    for (const auto& told : door.told()) {
      EXPECT_EQ(told.users, (std::vector<Uid>{Uid(1)}));
      events.push_back(told.event);
    }
    return events;
  }
  static SlotEvent user_event(int uid, std::uint32_t count) { return {0, 1, 1, UserChanged{Uid(uid), count, {}}}; }

  ChatDoor door;
  SessionsNow sessions;
  WatchersNow watchers;
  PresenceStore store{*door.chat.store};
  BlockingPool pool{{.threads = 1}};
  PresenceTeller::Uses uses{store, sessions, watchers, door.tell, pool};
  PresenceTeller teller{uses, {.gather = std::chrono::seconds(1), .away = std::chrono::seconds(5)}};
};

TEST_F(PresenceTellerTest, WhoMaySeeWhom) {
  sessions.there = {Uid(2), Uid(4)};
  const auto answer = door.ask(1, "presence.sub", {{"uids", {2, 3, 4, 4, 99}}});
  EXPECT_EQ(answer.at("presence"),
            json::value({{{"uid", 2}, {"state", "online"}}, {{"uid", 3}, {"state", "offline"}}}));
  EXPECT_EQ(answer.at("refused"), json::value({4, 99}));  // no contact, no user: it looks the same
  EXPECT_TRUE(watchers.watchers[Uid(4)].empty());
  ASSERT_TRUE(door.chat.contacts.block(door.chat.actor(2), Uid(1), true).ok());
  EXPECT_EQ(door.ask(1, "presence.sub", {{"uids", {2}}}).at("refused"), json::value({2}));
}

TEST_F(PresenceTellerTest, IsToldOnceForEachChange) {
  door.ask(1, "presence.sub", {{"uids", {2, 3}}});
  EXPECT_EQ(after(2, true), (std::vector<json::object>{{{"uid", 2}, {"state", "online"}, {"cmd", "presence"}}}));
  EXPECT_TRUE(after(2, true).empty()) << "another device, or the same after a cut";
  const auto gone = after(2, false);
  ASSERT_EQ(gone.size(), 1U);
  EXPECT_EQ(gone[0].at("state"), "offline");
  EXPECT_GT(gone[0].at("last_seen").as_int64(), 0);
  EXPECT_TRUE(after(2, false).empty());
  door.ask(1, "presence.sub", {{"uids", {2}}, {"on", false}});
  EXPECT_TRUE(after(2, true).empty()) << "nobody watches";
}

TEST_F(PresenceTellerTest, MoodsAreSeenAndTheInvisibleLookOffline) {
  door.ask(1, "presence.sub", {{"uids", {2}}});
  after(2, true);
  ASSERT_EQ(door.code(2, "presence.set", {{"state", "busy"}, {"text", "in a meeting"}}), 0);
  const auto busy = after(2, true);
  ASSERT_EQ(busy.size(), 1U);
  EXPECT_EQ(busy[0].at("state"), "busy");
  EXPECT_EQ(busy[0].at("text"), "in a meeting");
  ASSERT_EQ(door.code(2, "presence.set", {{"state", "invisible"}, {"text", "psst"}}), 0);
  EXPECT_EQ(after(2, true), (std::vector<json::object>{{{"uid", 2}, {"state", "offline"}, {"cmd", "presence"}}}));
  EXPECT_TRUE(after(2, false).empty()) << "nothing tells that an invisible one goes";
  EXPECT_EQ(door.ask(1, "presence.sub", {{"uids", {2}}}).at("presence"),
            json::value({{{"uid", 2}, {"state", "offline"}}}));
}

TEST_F(PresenceTellerTest, ChangesAreGatheredAndAShortAbsenceIsNone) {
  bool settled = false;
  const TimePoint now = monotonic_now();
  teller.handle({user_event(2, 0)}, [&] { settled = true; });
  EXPECT_TRUE(settled);
  teller.tick(now + std::chrono::seconds(2));  // gone, but not for long enough
  teller.handle({user_event(3, 1)}, [] {});
  sessions.there = {Uid(3)};
  door.ask(1, "presence.sub", {{"uids", {2, 3}}});
  teller.tick(now + std::chrono::seconds(3));
  pool.stop();  // waits for the round
  const auto told = door.told();
  ASSERT_EQ(told.size(), 1U);
  EXPECT_EQ(told[0].event.at("uid"), 3);
}

/// Came, went and came: the going was not for long enough, although a change was due already.
TEST_F(PresenceTellerTest, AShortAbsenceIsNoneWhileAChangeWaits) {
  door.ask(1, "presence.sub", {{"uids", {2}}});
  ASSERT_EQ(after(2, true).size(), 1U);
  const TimePoint now = monotonic_now();
  teller.handle({user_event(2, 1)}, [] {});
  teller.handle({user_event(2, 0)}, [] {});
  sessions.there.clear();
  teller.tick(now + std::chrono::seconds(2));
  pool.stop();  // waits for the round, if there is one
  EXPECT_TRUE(door.told().empty());
}

/// They go while a round that was begun for something else is under way: it finds an absence of which no event has
/// come.
TEST_F(PresenceTellerTest, AnAbsenceThatARoundFindsIsCountedFromThen) {
  door.ask(1, "presence.sub", {{"uids", {2}}});
  ASSERT_EQ(after(2, true).size(), 1U);
  const TimePoint now = monotonic_now();
  sessions.before_answer = [this] { sessions.there.clear(); };
  teller.tell(now, {{Uid(2), {}}});
  EXPECT_TRUE(door.told().empty()) << "gone for no time at all";
  sessions.there = {Uid(2)};
  teller.handle({user_event(2, 0), user_event(2, 1)}, [] {});
  teller.tick(now + std::chrono::seconds(60));
  pool.stop();  // waits for the round
  EXPECT_TRUE(door.told().empty()) << "was back in time";
}

/// No event ever comes of it: what the round found is told when it is old enough.
TEST_F(PresenceTellerTest, AnAbsenceThatOnlyARoundKnowsIsToldInTheEnd) {
  door.ask(1, "presence.sub", {{"uids", {2}}});
  ASSERT_EQ(after(2, true).size(), 1U);
  const TimePoint now = monotonic_now();
  sessions.there.clear();
  teller.tell(now, {{Uid(2), {}}});
  EXPECT_TRUE(door.told().empty());
  teller.tick(now + std::chrono::seconds(5));
  pool.stop();  // waits for the round
  const auto told = door.told();
  ASSERT_EQ(told.size(), 1U);
  EXPECT_EQ(told[0].event.at("state"), "offline");
}

/// Something else of theirs is due while they are gone: that does not shorten the absence.
TEST_F(PresenceTellerTest, AChangeWhileTheyAreGoneDoesNotTellTheAbsenceEarly) {
  door.ask(1, "presence.sub", {{"uids", {2}}});
  ASSERT_EQ(after(2, true).size(), 1U);
  sessions.there.clear();
  teller.handle({user_event(2, 0)}, [] {});
  const TimePoint now = monotonic_now();
  teller.changed(Uid(2), now);
  teller.tick(now + std::chrono::seconds(2));
  pool.stop();  // waits for the round
  EXPECT_TRUE(door.told().empty());
}

TEST_F(PresenceTellerTest, WhatCouldNotBeToldIsToldLater) {
  door.ask(1, "presence.sub", {{"uids", {2}}});
  sessions.away = true;
  EXPECT_TRUE(after(2, true).empty());
  EXPECT_EQ(teller.stats().failed, 1U);
  sessions.away = false;
  teller.tick(monotonic_now() + std::chrono::seconds(60));
  pool.stop();
  EXPECT_EQ(door.told().size(), 1U);
}

/// Somebody else took their place while the round was under way.
TEST_F(PresenceTellerTest, WhoseTurnComesAgainIsKeptAlsoWhenTheTableIsFull) {
  PresenceTeller small(uses, {.most = 1});
  door.ask(1, "presence.sub", {{"uids", {2}}});
  sessions.there = {Uid(2)};
  const TimePoint now = monotonic_now();
  small.tell(now, {{Uid(2), {}}});
  ASSERT_EQ(door.told().size(), 1U);
  sessions.before_answer = [&] {
    sessions.there.clear();
    small.changed(Uid(3), now);
  };
  small.tell(now, {{Uid(2), {}}});
  ASSERT_TRUE(door.told().empty()) << "gone for no time at all";
  small.tick(now + std::chrono::seconds(5));
  pool.stop();  // waits for the round
  const auto told = door.told();
  ASSERT_EQ(told.size(), 1U);
  EXPECT_EQ(told[0].event.at("uid"), 2);
  EXPECT_EQ(told[0].event.at("state"), "offline");
}

TEST_F(PresenceTellerTest, BadValuesAreNamed) {
  EXPECT_EQ(door.code(1, "presence.set", {{"state", "sleeping"}}), 4422);
  EXPECT_EQ(door.code(1, "presence.set", {}), 4422);
  EXPECT_EQ(door.code(1, "presence.set", {{"state", "away"}, {"text", std::string(1000, 'x')}}), 4422);
  EXPECT_EQ(door.code(1, "presence.sub", {}), 4422);
  EXPECT_EQ(door.code(1, "presence.sub", {{"uids", {0}}}), 4422);
  EXPECT_EQ(door.code(1, "presence.sub", {{"uids", json::array(300, 2)}}), 4422);
}

}  // namespace
}  // namespace im::logic
