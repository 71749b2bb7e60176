#include "tests/unit/logic/webim/lobby_watch_fixture.hpp"

namespace im::logic::webim {
namespace {

using StayRoundTest = LobbyWatchTest;

/// The router had died, so nobody heard of their end; and when all was told they had come too lately to be missed.
TEST_F(StayRoundTest, WhoWentWithinTheGraceIsFoundWhenItIsOver) {
  const Uid page = told_page(), demo = page_in("r"), stays = told_page();
  nobody_.there = {stays.value()};
  for (const Uid uid : {page, demo, stays}) all_have_gone(uid);
  ASSERT_TRUE(listed(page));
  ASSERT_EQ(in_room("r"), 1U);
  age(kGrace + 1);
  nobody_.away = true;
  sweep(watch_);
  EXPECT_TRUE(listed(page)) << "no router can say";
  nobody_.away = false;
  stays_.ask_again();
  all_done();
  EXPECT_FALSE(listed(page));
  EXPECT_EQ(in_room("r"), 0U);
  EXPECT_TRUE(listed(stays));
  EXPECT_EQ(watch_.stats().went, 1U);
}

TEST_F(StayRoundTest, ALogicThatTakesOverLooksForThoseOfTheOneThatDied) {
  const Uid page = told_page();
  page_in("r");
  age(kGrace * 10);  // the one that died had not looked
  StayRound its_round(*chat.store, people_, book_, stays_, kGrace);
  LobbyWatch next({people_, voice_, arrivals_, rooms_, calls_, stays_, its_round, pool});
  sweep(next);
  EXPECT_FALSE(listed(page));
  EXPECT_EQ(in_room("r"), 0U);
}

TEST_F(StayRoundTest, OfTwoLogicsThatFindThemGoneOneTellsTheRoom) {
  const Uid left = page_in("r"), stays = page_in("r");
  nobody_.there = {stays.value()};
  age(kGrace + 1);
  StayRound its_round(*chat.store, people_, book_, stays_, kGrace);
  LobbyWatch other({people_, voice_, arrivals_, rooms_, calls_, stays_, its_round, pool});
  watch_.sweep();
  sweep(other);
  EXPECT_EQ(in_room("r"), 1U);
  EXPECT_EQ(comets_.sent, 1) << "of " << left.value();
}

TEST_F(StayRoundTest, WhatTheStoreCouldNotSayIsLookedForAgain) {
  const Uid page = told_page();
  age(kGrace + 1);
  nobody_.there = {page.value()};
  sweep(watch_);
  execute("ALTER TABLE webim_online RENAME TO away");
  leaves(page);
  nobody_.there.clear();
  execute("ALTER TABLE away RENAME TO webim_online");
  ASSERT_TRUE(listed(page));
  sweep(watch_);
  EXPECT_FALSE(listed(page)) << "nobody tells its end again";
}

/// Its logic died between the event and the push.
TEST_F(StayRoundTest, APageThatNobodyHeardOfComesAndIsNotThrownOut) {
  const Uid page = people_.add_guest("p", "", false).value().uid,
            failed = people_.add_guest("f", "", false).value().uid;
  nobody_.there = {page.value()};
  age(kGrace + 1);
  sweep(watch_);
  EXPECT_TRUE(listed(page));
  EXPECT_FALSE(people_.unannounced(page).value());
  EXPECT_EQ(watch_.stats().came, 1U);
  EXPECT_FALSE(listed(failed)) << "a login that failed half way";
}

/// As far as the store knows somebody may have heard of the second one.
TEST_F(StayRoundTest, OfWhomNobodyHeardNobodyHearsThatTheyWent) {
  const Uid failed = people_.add_guest("f", "", false).value().uid;
  const Person begun = people_.add_guest("b", "", false).value();
  ASSERT_TRUE(people_.announcing(begun).value());
  age(kGrace + 1);
  sweep(watch_);
  EXPECT_FALSE(listed(failed) || listed(begun.uid));
  ASSERT_EQ(queue_.told.size(), 1U);
  EXPECT_NE(queue_.told[0].find("went/" + std::to_string(begun.uid.value()) + "/"), std::string::npos);
}

TEST_F(StayRoundTest, GuestsThatAreConnectedAreKeptWhereverTheyAre) {
  const Uid demo = people_.add_stranger().value(), gone = people_.add_stranger().value();
  const auto left = [this](Uid uid) { return chat.number("SELECT COUNT(*) FROM users WHERE uid = ?", {uid}); };
  GuestSweep guests(*chat.store, nobody_, -1000);
  nobody_.there = {demo.value()};
  nobody_.away = true;
  EXPECT_EQ(guests.run(Uid()).value(), Uid());
  EXPECT_EQ(left(gone), 1) << "nobody can say";
  nobody_.away = false;
  EXPECT_EQ(guests.run(Uid()).value(), Uid());
  EXPECT_EQ(left(demo), 1);
  EXPECT_EQ(left(gone), 0);
}

TEST_F(StayRoundTest, WhoHasComeBackIsNotTakenForGone) {
  const std::int64_t first = people_.add_user(Uid(3), SessionEpoch()).value().person.since_ms;
  ASSERT_TRUE(heard_of(Uid(3)));
  const auto again = people_.add_user(Uid(3), SessionEpoch()).value();
  EXPECT_FALSE(again.first);
  EXPECT_GT(again.person.since_ms, first);
  watch_.gone({Stay{Uid(3), first}});
  all_done();
  EXPECT_TRUE(listed(Uid(3))) << "that was an earlier stay";
  nobody_.there = {3};
  leaves(Uid(3));
  all_done();
  EXPECT_TRUE(listed(Uid(3))) << "they are online again";
  EXPECT_EQ(watch_.stats().went, 0U);
  watch_.gone({Stay{Uid(3), again.person.since_ms}});
  all_done();
  EXPECT_FALSE(listed(Uid(3)));
}

TEST_F(StayRoundTest, WhoComesBackWhileTheirEndIsToldHasCome) {
  const std::int64_t first = people_.add_user(Uid(3), SessionEpoch()).value().person.since_ms;
  ASSERT_TRUE(heard_of(Uid(3)));
  queue_.before = [this] { EXPECT_FALSE(people_.add_user(Uid(3), SessionEpoch()).value().first); };
  nobody_.there = {3};
  watch_.gone({Stay{Uid(3), first}});
  all_done();
  EXPECT_TRUE(listed(Uid(3)));
  EXPECT_EQ(watch_.stats().went, 0U);
  EXPECT_EQ(watch_.stats().came, 1U);
}

/// That their session ended was asked of the stay before.
TEST_F(StayRoundTest, WhoCameBackWhileTheirEndIsToldAndWentIsFound) {
  const std::int64_t first = people_.add_user(Uid(3), SessionEpoch(1)).value().person.since_ms;
  ASSERT_TRUE(heard_of(Uid(3)));
  queue_.before = [this] { EXPECT_FALSE(people_.add_user(Uid(3), SessionEpoch(2)).value().first); };
  watch_.gone({Stay{Uid(3), first}});
  all_done();
  EXPECT_FALSE(listed(Uid(3)));
}

/// All have heard that they went, so they must hear the rest: of this logic, or of the next one, which sees that it was
/// not told.
TEST_F(StayRoundTest, WhoCameBackUnheardIsToldOfAgain) {
  const std::int64_t first = people_.add_user(Uid(3), SessionEpoch()).value().person.since_ms;
  ASSERT_TRUE(heard_of(Uid(3)));
  queue_.before = [this] {
    EXPECT_FALSE(people_.add_user(Uid(3), SessionEpoch()).value().first);
    nobody_.away = true;
  };
  watch_.gone({Stay{Uid(3), first}});
  all_done();
  EXPECT_EQ(watch_.stats().came, 0U);
  EXPECT_TRUE(people_.unannounced(Uid(3)).value());
  nobody_.away = false;
  tell_again();
  EXPECT_FALSE(people_.unannounced(Uid(3)).value());
  EXPECT_EQ(watch_.stats().came, 1U);
}

}  // namespace
}  // namespace im::logic::webim
