#include "logic/webim/people.hpp"

#include <future>
#include <latch>

#include <boost/json/serialize.hpp>
#include <gtest/gtest.h>

#include "common/base/slot.hpp"
#include "logic/webim/guest_sweep.hpp"
#include "logic/webim/lobby.hpp"
#include "tests/support/test_chat.hpp"

namespace im::logic::webim {
namespace {

/// Nobody is online.
class NoSessions final : public SessionDirectory {
 public:
  void locate(LocateAsk ask, Done<LocateAnswer> done) override {
    LocateAnswer answer;
    answer.by_uid.resize(ask.uids.size());
    done(answer);
  }
  void bind(SessionInfo, Done<BindAnswer>) override {}
  void unbind(std::vector<SessionEnd>, Done<std::int32_t>) override {}
  void take_back(SessionEnd) override {}
  void online(OnlineAsk, Done<OnlineAnswer>) override {}
};

class PeopleTest : public testing::Test {
 protected:
  test::TestChat chat_;
  People people_{*chat_.store};
};

TEST_F(PeopleTest, GuestsAreUsersAndAreAnnouncedOnce) {
  const Person ann = people_.add_guest("Ann", "/a.png", false).value();
  const Person bob = people_.add_guest("Bob", "", true).value();
  EXPECT_NE(ann.uid, bob.uid);
  EXPECT_EQ(ann.fd, std::to_string(ann.uid.value()));
  EXPECT_EQ(bob.fd.size(), 32U);
  EXPECT_EQ(people_.all(10).value().size(), 2U);
  EXPECT_EQ(people_.all(1).value().front().name, "Ann");

  EXPECT_EQ(people_.unannounced(bob.uid).value()->fd, bob.fd);
  EXPECT_EQ(people_.unannounced(bob.uid).value()->since_ms, bob.since_ms) << "what a logic told of is told by one name";
  EXPECT_GT(bob.since_ms, 0);
  ASSERT_TRUE(people_.announced(bob).ok());
  EXPECT_FALSE(people_.unannounced(bob.uid).value());
  const std::int64_t later = bob.since_ms + 1;
  EXPECT_EQ(people_.to_look_at(later, later).value(), (std::vector<Stay>{{ann.uid, ann.since_ms, false}}));
  EXPECT_EQ(people_.to_look_at(0, later).value().size(), 2U);
  EXPECT_TRUE(people_.to_look_at(0, ann.since_ms).value().empty());
}

/// On MariaDB through two logics, which both find that the user is not there.
TEST_F(PeopleTest, TheFirstTwoEntriesMayComeAtOnce) {
  auto second = chat_.database.is_mysql() ? store::Store::open({.database = chat_.database.get()}, chat_.sink).value()
                                          : std::unique_ptr<store::Store>();
  People others{second ? *second : *chat_.store};
  for (int uid = 1; uid <= 10; ++uid) {
    std::latch at_once(2);
    const auto enter = [&at_once, uid](People& people, std::uint64_t session) {
      at_once.arrive_and_wait();
      return people.add_user(Uid(uid), SessionEpoch(session));
    };
    auto other = std::async(std::launch::async, [&] { return enter(others, 2); });
    const auto one = enter(people_, 1);
    const auto two = other.get();
    ASSERT_TRUE(one.ok() && two.ok()) << (one.ok() ? two : one).error().message;
    EXPECT_NE(one.value().first, two.value().first) << "one of them is the first";
  }
  EXPECT_EQ(chat_.number("SELECT COUNT(*) FROM webim_entered"), 20);
}

TEST_F(PeopleTest, WhoIsThereIsSeenBySlotAndByNumber) {
  std::vector<Uid> asked;
  Person last;
  for (int i = 0; i < 70; ++i) asked.push_back((last = people_.add_guest("p", "", false).value()).uid);
  EXPECT_EQ(people_.present(asked).value().size(), 70U);
  Person earlier = last;
  --earlier.since_ms;
  EXPECT_FALSE(people_.remove(earlier).value()) << "another stay";
  last = people_.present({last.uid}).value().front();
  EXPECT_TRUE(people_.remove(last).value());
  EXPECT_FALSE(people_.remove(last).value());
  EXPECT_EQ(people_.present(asked).value().size(), 69U);
  EXPECT_TRUE(people_.present({Uid(12345)}).value().empty());
  EXPECT_EQ(people_.of_slot(slot_of(asked.front().value()), -1000).value().front().uid, asked.front());
  EXPECT_TRUE(people_.of_slot(slot_of(asked.front().value()), 60'000).value().empty());
}

TEST_F(PeopleTest, GuestsThatLeftNothingBehindGo) {
  const Person ann = people_.add_guest("Ann", "", false).value();
  const Person online = people_.add_guest("Bob", "", false).value();
  const Uid stranger = people_.add_stranger().value();
  Lobby lobby(*chat_.store, chat_.conversations, chat::TextGate::open());
  ASSERT_TRUE(lobby.open().ok());
  const Person spoke = people_.add_guest("Eve", "", false).value();
  ASSERT_TRUE(lobby.say({{spoke.uid, "", "10.1.1.1"}, "text", {{"data", "a word"}}}).ok());
  for (const Person& one : {ann, spoke}) ASSERT_TRUE(people_.remove(one).value());

  NoSessions sessions;
  EXPECT_EQ(GuestSweep(*chat_.store, sessions, 60'000).run(Uid()).value(), Uid())
      << "none is so old; that was the last one";
  EXPECT_EQ(chat_.number("SELECT COUNT(*) FROM users WHERE kind = 3"), 4);
  GuestSweep sweep(*chat_.store, sessions, -1000);
  ASSERT_TRUE(sweep.run(stranger).ok());
  EXPECT_EQ(chat_.number("SELECT COUNT(*) FROM users WHERE kind = 3"), 4) << "only those after this one";
  ASSERT_TRUE(sweep.run(Uid()).ok());
  EXPECT_EQ(chat_.number("SELECT COUNT(*) FROM users WHERE uid IN (?, ?)", {ann.uid, stranger}), 0);
  EXPECT_EQ(chat_.number("SELECT COUNT(*) FROM users WHERE uid IN (?, ?)", {online.uid, spoke.uid}), 2);
  EXPECT_EQ(chat_.number("SELECT COUNT(*) FROM users WHERE kind <> 3"), 10);
  EXPECT_EQ(lobby.history(1).value()[0].at("user").at("name"), "Eve");
}

TEST_F(PeopleTest, AnAvatarThatIsTooLongEscapedIsDropped) {
  chat_.database.open()->execute("UPDATE users SET avatar = ? WHERE uid = 3", {std::string(200, '"')});
  EXPECT_EQ(people_.look_up(Uid(3)).value().avatar, "");
  ASSERT_TRUE(people_.add_user(Uid(3), SessionEpoch()).ok());
  EXPECT_EQ(people_.all(1).value().front().avatar, "");
  chat_.database.open()->execute("UPDATE users SET avatar = ? WHERE uid = 3", {std::string(100, '"')});
  EXPECT_EQ(people_.look_up(Uid(3)).value().avatar.size(), 600U);
}

TEST_F(PeopleTest, UsersComeInOnce) {
  EXPECT_EQ(people_.add_user(Uid(3), SessionEpoch()).value().person.name, "user 3");
  EXPECT_FALSE(people_.add_user(Uid(3), SessionEpoch()).value().first);
  EXPECT_GT(people_.present({Uid(3)}).value().front().since_ms, 0);
  EXPECT_EQ(people_.add_user(Uid(999), SessionEpoch()).error().code, Error::Code::kNotFound);
}

/// The end of the first one was told meanwhile, and they came in again.
TEST_F(PeopleTest, OfAnotherStayNobodyHasHeard) {
  const Person first = people_.add_user(Uid(3), SessionEpoch(1)).value().person;
  ASSERT_TRUE(people_.announcing(first).value());
  ASSERT_TRUE(people_.remove(first).value());
  Person second = people_.add_user(Uid(3), SessionEpoch(1)).value().person;
  if (second.since_ms == first.since_ms) second = people_.add_user(Uid(3), SessionEpoch(1)).value().person;
  ASSERT_TRUE(people_.announced(first).ok());
  EXPECT_TRUE(people_.unannounced(Uid(3)).value());
  EXPECT_FALSE(people_.announcing(first).value());
  EXPECT_TRUE(people_.announcing(second).value());
  ASSERT_TRUE(people_.announced(second).ok());
  EXPECT_FALSE(people_.unannounced(Uid(3)).value());
}

TEST_F(PeopleTest, TheStayThatEndsIsTheOneThatWasLeft) {
  const Person first = people_.add_user(Uid(3), SessionEpoch(10)).value().person;
  EXPECT_FALSE(people_.let_go(Uid(4), SessionEpoch(10)).value());
  const auto last = people_.let_go(Uid(3), SessionEpoch(10)).value();
  ASSERT_TRUE(last);
  EXPECT_EQ(last->since_ms, first.since_ms);
  EXPECT_EQ(last->name, "user 3");
  ASSERT_TRUE(people_.add_user(Uid(3), SessionEpoch(12)).ok());
  EXPECT_FALSE(people_.remove(*last).value()) << "another device has begun another one";
  EXPECT_EQ(people_.stays_of_users({Uid(3)}).value().front().entered, std::vector{SessionEpoch(12)});
}

/// The one that was there has left meanwhile; a stay without a session would hang on all of the user.
TEST_F(PeopleTest, AStayKeepsASessionWhenAllHaveEnded) {
  for (const int epoch : {10, 12}) ASSERT_TRUE(people_.add_user(Uid(3), SessionEpoch(epoch)).ok());
  Stay stay = people_.stays_of_users({Uid(3)}).value().front();
  stay.ended = {SessionEpoch(10)};
  EXPECT_FALSE(people_.let_go(Uid(3), SessionEpoch(12)).value());
  ASSERT_TRUE(people_.forget_ended(stay).ok());
  EXPECT_EQ(people_.stays_of_users({Uid(3)}).value().front().entered, stay.ended);
  ASSERT_TRUE(people_.add_user(Uid(3), SessionEpoch(13)).ok());
  ASSERT_TRUE(people_.forget_ended(stay).ok());
  EXPECT_EQ(people_.stays_of_users({Uid(3)}).value().front().entered, std::vector{SessionEpoch(13)});
}

/// SQLite has one logic.
TEST_F(PeopleTest, OfTwoDevicesThatLeaveAtTwoLogicsOneIsTheLast) {
  if (!chat_.database.is_mysql()) GTEST_SKIP() << "IM_TEST_DSN names no server";
  const auto other_store = store::Store::open({.database = chat_.database.get()}, chat_.sink).value();
  People other(*other_store);
  const SessionEpoch phone(10), tablet(12);
  for (int i = 0; i < 200; ++i) {
    ASSERT_TRUE(people_.add_user(Uid(3), phone).ok());
    ASSERT_TRUE(people_.add_user(Uid(3), tablet).ok());
    auto last =
        std::async(std::launch::async, [&other, phone] { return other.let_go(Uid(3), phone).value().has_value(); });
    const bool mine = people_.let_go(Uid(3), tablet).value().has_value();
    ASSERT_NE(last.get(), mine) << "round " << i;
    ASSERT_TRUE(people_.remove(people_.present({Uid(3)}).value().front()).value());
  }
}

/// And told of, and then the end of the first one: this logic, or the next one, tells of the second one once more.
TEST_F(PeopleTest, WhoCameInAgainBeforeTheirEndWasToldHasPerhapsBeenHeardOf) {
  const Person first = people_.add_user(Uid(3), SessionEpoch(1)).value().person;
  const Person second = people_.add_user(Uid(3), SessionEpoch(1)).value().person;
  ASSERT_TRUE(people_.announcing(second).value());
  ASSERT_TRUE(people_.announced(second).ok());
  EXPECT_FALSE(people_.remove(first).value());
  const auto stays = people_.unannounced(Uid(3)).value();
  ASSERT_TRUE(stays);
  EXPECT_GT(stays->since_ms, second.since_ms) << "comets leave out a name that they have heard";
  EXPECT_FALSE(people_.remove_unheard(*stays).value()) << "who heard of them hears that they go";
}

TEST_F(PeopleTest, AGuestIsTakenBackAsLongAsNobodyHasHeardOfIt) {
  const Person failed = people_.add_guest("f", "", false).value(), told = people_.add_guest("t", "", false).value();
  const Uid stranger = people_.add_stranger().value();
  ASSERT_TRUE(people_.announcing(told).value());
  for (const Uid uid : {failed.uid, told.uid, stranger, Uid(3)}) EXPECT_TRUE(people_.take_back(uid).ok());
  EXPECT_EQ(chat_.number("SELECT COUNT(*) FROM users WHERE kind = 3"), 1);
  EXPECT_EQ(chat_.number("SELECT COUNT(*) FROM users WHERE kind <> 3"), 10) << "no guest is left alone";
  ASSERT_EQ(people_.all(10).value().size(), 1U);
  EXPECT_EQ(people_.all(10).value().front().uid, told.uid);
}

/// SQLite has one logic.
TEST_F(PeopleTest, AGuestOfWhomAnotherLogicTellsIsNotTakenBack) {
  if (!chat_.database.is_mysql()) GTEST_SKIP() << "IM_TEST_DSN names no server";
  const auto other_store = store::Store::open({.database = chat_.database.get()}, chat_.sink).value();
  People other(*other_store);
  for (int i = 0; i < 200; ++i) {
    const Person guest = people_.add_guest("g", "", false).value();
    auto begun = std::async(std::launch::async, [&other, guest] { return other.announcing(guest).value(); });
    ASSERT_TRUE(people_.take_back(guest.uid).ok());
    ASSERT_EQ(people_.present({guest.uid}).value().size(), begun.get() ? 1U : 0U) << "round " << i;
  }
}

TEST_F(PeopleTest, LinesAreKeptAsTheOldTableHadThem) {
  const Person ann = people_.add_guest("Ann", "/a.png", false).value();
  Lobby lobby(*chat_.store, chat_.conversations, chat::TextGate::open());
  ASSERT_TRUE(lobby.open().ok());
  for (const char* text : {"one", "two", "three"}) {
    const boost::json::object message{{"cmd", "message"}, {"channal", 0}, {"data", text}};
    ASSERT_TRUE(lobby.say({{ann.uid, "", "10.1.1.1"}, "text", message}).ok());
  }
  ASSERT_TRUE(lobby.say({{ann.uid, "", "10.1.1.1"}, "image", {{"cmd", "message"}, {"url", "/u"}}}).ok());
  const auto history = lobby.history(3).value();
  ASSERT_EQ(history.size(), 3U);
  EXPECT_EQ(history[0].at("msg").at("data"), "two");
  EXPECT_EQ(history[0].at("user"), (boost::json::value{{"name", "Ann"}, {"avatar", "/a.png"}}));
  EXPECT_EQ(history[2].at("type"), "image");
  EXPECT_EQ(history[2].at("msg").at("data"), "") << "the page cannot do without";
  EXPECT_EQ(chat_.number("SELECT COUNT(*) FROM webim_history WHERE name = 'Ann' AND send_ip = '10.1.1.1'"), 4);
}

/// The largest that a page may write, and texts that grow when they are escaped: a hundred of them fit into one frame.
TEST_F(PeopleTest, TheHistoryHasAHundredLinesHoweverLongTheyAre) {
  const std::string quotes(1024, '"'), control(1024, '\x01'), rest(14'000, 'x');
  const Person ann = people_.add_guest("Ann", std::string(1024, 'a'), false).value();
  Lobby lobby(*chat_.store, chat_.conversations, chat::TextGate::open());
  ASSERT_TRUE(lobby.open().ok());
  const boost::json::object user{{"name", ""}, {"avatar", ""}};
  const auto say = [&](boost::json::object message) {
    message["cmd"] = "message";
    ASSERT_TRUE(lobby.say({{ann.uid, "", "10.1.1.1"}, "text", std::move(message)}).ok());
  };
  for (int i = 0; i < 25; ++i) {
    say({{"data", quotes}, {"more", rest}, {"name", ""}, {"avatar", ""}, {"user", user}});
    say({{"data", control}, {"channal", 0}});
    say({{"data", ""}, {"type", "image"}, {"url", "/" + rest}});
    say({{"data", "short"}, {"more", "kept"}});
  }
  const auto history = lobby.history(100).value();
  ASSERT_EQ(history.size(), 100U);
  EXPECT_LT(boost::json::serialize(history).size(), 512U * 1024);
  EXPECT_EQ(std::string(history[0].at("msg").at("data").as_string()), quotes) << "what the page draws is whole";
  EXPECT_FALSE(history[0].at("msg").as_object().contains("more"));
  EXPECT_EQ(history[1].at("msg").at("data").as_string().size(), 512U);
  EXPECT_EQ(history[2].at("msg").at("data"), "[image] ");
  EXPECT_EQ(history[3].at("msg").at("more"), "kept") << "a line of no more than a few kilobytes is as it was";
}

}  // namespace
}  // namespace im::logic::webim
