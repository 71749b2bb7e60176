#include "logic/webim/people.hpp"

#include <boost/json/serialize.hpp>
#include <gtest/gtest.h>

#include "common/base/slot.hpp"
#include "logic/webim/lobby.hpp"
#include "tests/support/test_chat.hpp"

namespace im::logic::webim {
namespace {

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
  ASSERT_TRUE(people_.announced(bob.uid).ok());
  EXPECT_FALSE(people_.unannounced(bob.uid).value());
  ASSERT_EQ(people_.never_came(-1000).value().size(), 1U);
  EXPECT_EQ(people_.never_came(-1000).value().front().uid, ann.uid);
  EXPECT_TRUE(people_.never_came(60'000).value().empty());
}

TEST_F(PeopleTest, WhoIsThereIsSeenBySlotAndByNumber) {
  std::vector<Uid> asked;
  for (int i = 0; i < 70; ++i) asked.push_back(people_.add_guest("p", "", false).value().uid);
  EXPECT_EQ(people_.present(asked).value().size(), 70U);
  ASSERT_TRUE(people_.remove(asked.back()).ok());
  EXPECT_EQ(people_.present(asked).value().size(), 69U);
  EXPECT_TRUE(people_.present({Uid(12345)}).value().empty());
  EXPECT_EQ(people_.of_slot(slot_of(asked.front().value()), -1000).value().front().uid, asked.front());
  EXPECT_TRUE(people_.of_slot(slot_of(asked.front().value()), 60'000).value().empty());
}

TEST_F(PeopleTest, GuestsThatLeftNothingBehindGo) {
  const Person ann = people_.add_guest("Ann", "", false).value();
  const Person online = people_.add_guest("Bob", "", false).value();
  const Uid stranger = people_.add_stranger().value();
  Lobby lobby(*chat_.store, chat_.conversations);
  ASSERT_TRUE(lobby.open().ok());
  const Person spoke = people_.add_guest("Eve", "", false).value();
  ASSERT_TRUE(lobby.say({spoke.uid, "text", "10.1.1.1", {{"data", "a word"}}}).ok());
  for (const Uid uid : {ann.uid, spoke.uid}) ASSERT_TRUE(people_.remove(uid).ok());

  EXPECT_EQ(people_.drop_unused(60'000, Uid()).value(), Uid()) << "none is so old; that was the last one";
  EXPECT_EQ(chat_.number("SELECT COUNT(*) FROM users WHERE kind = 3"), 4);
  ASSERT_TRUE(people_.drop_unused(-1000, stranger).ok());
  EXPECT_EQ(chat_.number("SELECT COUNT(*) FROM users WHERE kind = 3"), 4) << "only those after this one";
  ASSERT_TRUE(people_.drop_unused(-1000, Uid()).ok());
  EXPECT_EQ(chat_.number("SELECT COUNT(*) FROM users WHERE uid IN (?, ?)", {ann.uid, stranger}), 0);
  EXPECT_EQ(chat_.number("SELECT COUNT(*) FROM users WHERE uid IN (?, ?)", {online.uid, spoke.uid}), 2);
  EXPECT_EQ(chat_.number("SELECT COUNT(*) FROM users WHERE kind <> 3"), 10);
  EXPECT_EQ(lobby.history(1).value()[0].at("user").at("name"), "Eve");
}

TEST_F(PeopleTest, UsersComeInOnce) {
  EXPECT_EQ(people_.add_user(Uid(3)).value()->name, "user 3");
  EXPECT_FALSE(people_.add_user(Uid(3)).value());
  EXPECT_EQ(people_.add_user(Uid(999)).error().code, Error::Code::kNotFound);
}

TEST_F(PeopleTest, LinesAreKeptAsTheOldTableHadThem) {
  const Person ann = people_.add_guest("Ann", "/a.png", false).value();
  Lobby lobby(*chat_.store, chat_.conversations);
  ASSERT_TRUE(lobby.open().ok());
  for (const char* text : {"one", "two", "three"}) {
    const boost::json::object message{{"cmd", "message"}, {"channal", 0}, {"data", text}};
    ASSERT_TRUE(lobby.say({ann.uid, "text", "10.1.1.1", message}).ok());
  }
  ASSERT_TRUE(lobby.say({ann.uid, "image", "10.1.1.1", {{"cmd", "message"}, {"url", "/u"}}}).ok());
  const auto history = lobby.history(3).value();
  ASSERT_EQ(history.size(), 3U);
  EXPECT_EQ(history[0].at("msg").at("data"), "two");
  EXPECT_EQ(history[0].at("user"), (boost::json::value{{"name", "Ann"}, {"avatar", "/a.png"}}));
  EXPECT_EQ(history[2].at("type"), "image");
  EXPECT_EQ(history[2].at("msg").at("data"), "") << "the page cannot do without";
  EXPECT_EQ(chat_.number("SELECT COUNT(*) FROM webim_history WHERE name = 'Ann' AND send_ip = '10.1.1.1'"), 4);
}

}  // namespace
}  // namespace im::logic::webim
