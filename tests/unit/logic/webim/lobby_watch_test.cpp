#include <boost/json/parse.hpp>

#include "logic/webim/lobby_commands.hpp"
#include "tests/unit/logic/webim/lobby_watch_fixture.hpp"

namespace im::logic::webim {
namespace {

TEST_F(LobbyWatchTest, APagesEndIsToldUntilItsCallKnows) {
  const Uid page = people_.add_guest("p", "", false).value().uid;
  ASSERT_TRUE(heard_of(page));
  busy.keep(page, "pair:1:2");
  shared.away = true;
  leaves(page);
  EXPECT_TRUE(calls.asked().empty());
  ASSERT_TRUE(listed(page)) << "who forgets it now has nobody to tell later";
  EXPECT_TRUE(people_.unannounced(page).value()) << "so the sweep finds it";
  shared.away = false;
  leaves(page);
  ASSERT_EQ(calls.asked().size(), 1U);
  EXPECT_EQ(calls.asked()[0].op(), im::calls::GONE);
  EXPECT_FALSE(listed(page));
}

TEST_F(LobbyWatchTest, WhatCannotBeToldIsToldLaterAndNobodyIsTakenForGone) {
  const Uid page = people_.add_guest("p", "", false).value().uid;
  nobody_.away = true;
  comes(page);
  tell_again();
  ASSERT_TRUE(people_.unannounced(page).value());
  leaves(page);
  tell_again();
  EXPECT_TRUE(listed(page)) << "who is forgotten untold stays in the lists of others";
  EXPECT_EQ(watch_.stats().came + watch_.stats().went, 0U);
  nobody_.away = false;
  tell_again();
  EXPECT_EQ(watch_.stats().came, 1U);
  EXPECT_EQ(watch_.stats().went, 1U);
  EXPECT_FALSE(listed(page));
  tell_again();
  EXPECT_EQ(watch_.stats().went, 1U);
}

/// Their end was told before they stood anywhere, and is not told again.
TEST_F(LobbyWatchTest, WhoWentBeforeTheyWereNotedIsRemoved) {
  const Uid page = people_.add_stranger().value();
  leaves(page);
  ASSERT_TRUE(book_.join({page, "r", "", {}, {}}).ok());
  nobody_.away = true;
  stays_.noted({Stay{page}});
  tell_again();
  EXPECT_EQ(book_.members("r").value().size(), 1U) << "nobody can say";
  nobody_.away = false;
  stays_.ask_again();
  tell_again();
  EXPECT_TRUE(book_.members("r").value().empty());
  const auto entered = people_.add_user(Uid(3), SessionEpoch());
  ASSERT_TRUE(entered.ok());
  ASSERT_TRUE(heard_of(Uid(3)));
  stays_.noted({Stay{Uid(3), entered.value().person.since_ms}});
  tell_again();
  EXPECT_FALSE(listed(Uid(3)));
  EXPECT_EQ(watch_.stats().went, 1U);
}

/// They come back, and their calls wait for them.
TEST_F(LobbyWatchTest, WhoIsNoPageGoesWhateverCallsSay) {
  ASSERT_TRUE(people_.add_user(Uid(3), SessionEpoch()).ok());
  shared.away = true;
  leaves(Uid(3));
  all_done();
  EXPECT_FALSE(listed(Uid(3)));
}

class LobbyCommandsTest : public LobbyWatchTest {
 protected:
  void SetUp() override {
    ASSERT_TRUE(lobby_.open().ok());
    nobody_.there = {3};
    commands_.add_requests(router_);
  }
  void TearDown() override { all_done(); }
  bool takes(std::int64_t uid, const std::string& command, SessionEpoch session = SessionEpoch()) {
    std::promise<bool> done;
    Caller who = caller(uid);
    who.epoch = session;
    router_.run(who, R"({"cmd":")" + command + R"("})", [&done](const Answer& answer) {
      done.set_value(boost::json::parse(to_json(answer)).at("ok").as_bool());
    });
    return done.get_future().get();
  }

  chat::TextGate gate_;
  Lobby lobby_{*chat.store, chat.conversations, gate_};
  RequestLimits limits_{Rate(0, 0), {}};
  RequestRouter router_{limits_, {}};
  LobbyCommands commands_{{people_, lobby_, voice_, arrivals_, comets_, stays_, pool}};
};

/// Two devices: one lost its connection and came back without entering, the other one never entered.
TEST_F(LobbyCommandsTest, AStayEndsWithTheLastSessionThatEntered) {
  const SessionEpoch phone(10), again(11), tablet(12), other(13);
  nobody_.there.clear();
  nobody_.sessions[3] = {phone, tablet, other};
  ASSERT_TRUE(takes(3, "lobby.enter", phone));
  ASSERT_TRUE(takes(3, "lobby.enter", tablet));
  all_done();
  has(Uid(3), {again, tablet, other});
  EXPECT_TRUE(listed(Uid(3))) << "the tablet is in the lobby";
  nobody_.away = true;
  has(Uid(3), {again, other});
  EXPECT_TRUE(listed(Uid(3))) << "nobody can say";
  nobody_.away = false;
  stays_.ask_again();
  all_done();
  EXPECT_FALSE(listed(Uid(3)));
  EXPECT_EQ(watch_.stats().went, 1U);
  ASSERT_TRUE(takes(3, "lobby.enter", again));
  has(Uid(3), {again});
  EXPECT_TRUE(listed(Uid(3))) << "they entered again";
}

/// The tablet keeps them in the lobby.
TEST_F(LobbyCommandsTest, SessionsOfAStayThatHaveEndedAreForgotten) {
  const SessionEpoch tablet(12);
  const auto kept = [this] { return chat.number("SELECT COUNT(*) FROM webim_entered WHERE uid = 3"); };
  nobody_.there.clear();
  nobody_.sessions[3] = {tablet};
  ASSERT_TRUE(takes(3, "lobby.enter", tablet));
  for (std::uint64_t epoch = 20; epoch < 30; ++epoch) {
    nobody_.sessions[3] = {tablet, SessionEpoch(epoch)};
    ASSERT_TRUE(takes(3, "lobby.enter", SessionEpoch(epoch)));
    all_done();
    EXPECT_EQ(kept(), 2);
  }
  nobody_.away = true;
  has(Uid(3), {tablet});
  EXPECT_EQ(kept(), 2) << "nobody can say";
  nobody_.away = false;
  stays_.ask_again();
  all_done();
  EXPECT_EQ(kept(), 1);
  EXPECT_TRUE(listed(Uid(3)));
}

/// The event was for a logic that died.
TEST_F(LobbyCommandsTest, AStayWhoseSessionEndedUnseenIsFoundByTheRound) {
  nobody_.sessions[3] = {SessionEpoch(10)};
  ASSERT_TRUE(takes(3, "lobby.enter", SessionEpoch(10)));
  all_done();
  nobody_.there.clear();
  nobody_.sessions[3] = {SessionEpoch(11)};
  age(kGrace + 1);
  sweep(watch_);
  EXPECT_FALSE(listed(Uid(3)));
}

TEST_F(LobbyCommandsTest, WhoLeavesWithOneDeviceStaysWithTheOther) {
  const SessionEpoch phone(10), tablet(12), other(13);
  nobody_.there.clear();
  nobody_.sessions[3] = {phone, tablet, other};
  ASSERT_TRUE(takes(3, "lobby.enter", phone));
  ASSERT_TRUE(takes(3, "lobby.enter", tablet));
  ASSERT_TRUE(takes(3, "lobby.leave", other));
  ASSERT_TRUE(takes(3, "lobby.leave", phone));
  all_done();
  EXPECT_TRUE(listed(Uid(3)));
  EXPECT_EQ(queue_.told.size(), 1U);
  ASSERT_TRUE(takes(3, "lobby.leave", tablet));
  EXPECT_FALSE(listed(Uid(3)));
  ASSERT_EQ(queue_.told.size(), 2U);
  EXPECT_NE(queue_.told[1].find("went/3/"), std::string::npos);
}

/// Another logic, of before there were sessions of stays.
TEST_F(LobbyCommandsTest, AStayWithoutASessionHangsOnAllOfTheUser) {
  nobody_.sessions[3] = {SessionEpoch(10)};
  ASSERT_TRUE(takes(3, "lobby.enter", SessionEpoch(10)));
  all_done();
  execute("DELETE FROM webim_entered");
  has(Uid(3), {SessionEpoch(11)});
  EXPECT_TRUE(listed(Uid(3)));
  nobody_.there.clear();
  has(Uid(3), {});
  EXPECT_FALSE(listed(Uid(3)));
}

/// Two devices of one user.
TEST_F(LobbyCommandsTest, WhoEntersWhileTheirLeavingIsToldIsToldOf) {
  ASSERT_TRUE(takes(3, "lobby.enter"));
  queue_.before = [this] { EXPECT_FALSE(people_.add_user(Uid(3), SessionEpoch()).value().first); };
  ASSERT_TRUE(takes(3, "lobby.leave"));
  ASSERT_TRUE(listed(Uid(3)));
  ASSERT_EQ(queue_.told.size(), 3U);
  EXPECT_NE(queue_.told[0].find("came/3/"), std::string::npos);
  EXPECT_NE(queue_.told[1].find("went/3/"), std::string::npos);
  EXPECT_NE(queue_.told[2].find("came/3/"), std::string::npos);
  EXPECT_NE(queue_.told[2], queue_.told[0]) << "another stay";
}

/// Comets bring what has one name once: who has gone for all since has to come by another one.
TEST_F(LobbyCommandsTest, WhoHasBeenToldOfWhileTheirLeavingIsToldIsToldOfByAnotherName) {
  ASSERT_TRUE(people_.add_user(Uid(3), SessionEpoch()).ok());  // and its logic could not tell it
  queue_.before = [this] {
    EXPECT_FALSE(people_.add_user(Uid(3), SessionEpoch()).value().first);
    EXPECT_TRUE(arrivals_.tell(Uid(3)).value());
  };
  ASSERT_TRUE(takes(3, "lobby.leave"));
  ASSERT_EQ(queue_.told.size(), 3U);
  EXPECT_NE(queue_.told[2].find("came/3/"), std::string::npos);
  EXPECT_NE(queue_.told[2], queue_.told[1]);
}

TEST_F(LobbyCommandsTest, WhoEntersWhileAnotherDeviceLeavesHangsOnTheOneThatEntered) {
  const SessionEpoch phone(10), tablet(12);
  nobody_.there.clear();
  nobody_.sessions[3] = {phone, tablet};
  ASSERT_TRUE(takes(3, "lobby.enter", phone));
  queue_.before = [this, tablet] { EXPECT_FALSE(people_.add_user(Uid(3), tablet).value().first); };
  ASSERT_TRUE(takes(3, "lobby.leave", phone));
  all_done();
  ASSERT_TRUE(listed(Uid(3)));
  has(Uid(3), {phone});
  EXPECT_FALSE(listed(Uid(3))) << "the phone has left";
}

TEST_F(LobbyCommandsTest, WhoEntersAgainWhileItsLeavingIsToldIsIn) {
  const SessionEpoch phone(10), other(13);
  nobody_.there.clear();
  nobody_.sessions[3] = {phone, other};
  ASSERT_TRUE(takes(3, "lobby.enter", phone));
  queue_.before = [this, phone] { EXPECT_FALSE(people_.add_user(Uid(3), phone).value().first); };
  ASSERT_TRUE(takes(3, "lobby.leave", phone));
  all_done();
  has(Uid(3), {phone});
  EXPECT_TRUE(listed(Uid(3)));
  has(Uid(3), {other});
  EXPECT_FALSE(listed(Uid(3)));
}

/// Its logic died after it had noted that they leave.
TEST_F(LobbyCommandsTest, WhoHasLeftUntoldIsToldOfThoughTheyAreOnline) {
  nobody_.there.clear();
  nobody_.sessions[3] = {SessionEpoch(10)};
  ASSERT_TRUE(takes(3, "lobby.enter", SessionEpoch(10)));
  ASSERT_TRUE(people_.let_go(Uid(3), SessionEpoch(10)).value());
  age(kGrace + 1);
  sweep(watch_);
  EXPECT_FALSE(listed(Uid(3)));
  EXPECT_EQ(watch_.stats().went, 1U);
}

/// They are in the list of those who came later, and others do not know.
TEST_F(LobbyCommandsTest, WhoEntersAgainIsToldOfWhenTheFirstTimeFailed) {
  nobody_.away = true;
  EXPECT_FALSE(takes(3, "lobby.enter"));
  nobody_.away = false;
  EXPECT_TRUE(takes(3, "lobby.enter"));
  EXPECT_EQ(queue_.told.size(), 1U);
  EXPECT_FALSE(people_.unannounced(Uid(3)).value());
}

}  // namespace
}  // namespace im::logic::webim
