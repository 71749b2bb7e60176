#include "logic/webim/room_book.hpp"

#include <thread>

#include <boost/json/serialize.hpp>
#include <gtest/gtest.h>

#include "common/base/slot.hpp"
#include "logic/webim/room_events.hpp"
#include "tests/support/test_chat.hpp"

namespace im::logic::webim {
namespace {

class RoomBookTest : public testing::Test {
 protected:
  static RoomMember member(int uid, const std::string& room = "r") {
    return {Uid(uid),
            room,
            "user " + std::to_string(uid),
            {CometNumber(3), InstanceEpoch(0xffffffffffffff01ULL)},
            ConnId(0xfedcba9876543210ULL)};
  }
  static std::vector<int> uids(const std::vector<RoomMember>& members) {
    std::vector<int> out;
    for (const RoomMember& one : members) out.push_back(static_cast<int>(one.uid.value()));
    return out;
  }
  test::TestChat chat_;
  RoomBook book_{*chat_.store};
};

TEST_F(RoomBookTest, MembersStandInTheOrderOfComing) {
  EXPECT_EQ(uids(book_.join(member(5)).value()), std::vector<int>{5});
  EXPECT_EQ(uids(book_.join(member(2)).value()), (std::vector<int>{5, 2}));
  EXPECT_EQ(uids(book_.join(member(5)).value()), (std::vector<int>{5, 2})) << "once in it";
  EXPECT_EQ(uids(book_.join(member(9, "other")).value()), std::vector<int>{9});
  EXPECT_TRUE(book_.leave("r", Uid(5)).value());
  EXPECT_FALSE(book_.leave("r", Uid(5)).value());
  EXPECT_EQ(uids(book_.join(member(5)).value()), (std::vector<int>{2, 5}));
  const RoomMember read = book_.members("r").value().front();
  EXPECT_EQ(read.comet, member(2).comet);
  EXPECT_EQ(read.conn, member(2).conn);
  EXPECT_EQ(read.name, "user 2");
}

/// A logic that dies after it took somebody out leaves the telling to the others.
TEST_F(RoomBookTest, AnExitIsOwedToThoseWhoStayUntilTheyHaveHeardIt) {
  for (int uid : {5, 2, 7}) ASSERT_TRUE(book_.join(member(uid)).ok());
  const Left left = *book_.leave("r", Uid(2)).value();
  EXPECT_EQ(left.who.name, "user 2");
  EXPECT_EQ(uids(left.rest), (std::vector<int>{5, 7}));
  EXPECT_TRUE(book_.take_owed(60'000).value().empty()) << "it is being told";
  chat_.database.open()->execute("UPDATE webim_rooms SET joined_ms = ? WHERE uid = 7", {left.at_ms + 1});
  const auto owed = book_.take_owed(-1000).value();
  ASSERT_EQ(owed.size(), 1U);
  EXPECT_EQ(owed[0].who.uid, Uid(2));
  EXPECT_EQ(owed[0].who.name, "user 2");
  EXPECT_EQ(uids(owed[0].rest), std::vector<int>{5}) << "who came since never knew them";
  EXPECT_TRUE(book_.take_owed(60'000).value().empty()) << "another logic has it";
  Left earlier = left;
  --earlier.at_ms;
  ASSERT_TRUE(book_.told(earlier).ok());
  EXPECT_TRUE(book_.owed("r", Uid(2)).value()) << "another exit of theirs";
  ASSERT_TRUE(book_.told(left).ok());
  EXPECT_FALSE(book_.owed("r", Uid(2)).value());
  EXPECT_TRUE(book_.take_owed(-1000).value().empty());
}

TEST_F(RoomBookTest, WhoComesInAgainOwesNoExitAndInAnEmptyRoomNobodyDoes) {
  for (int uid : {5, 2}) ASSERT_TRUE(book_.join(member(uid)).ok());
  ASSERT_TRUE(book_.leave("r", Uid(2)).value());
  ASSERT_TRUE(book_.owed("r", Uid(2)).value());
  ASSERT_TRUE(book_.join(member(2)).ok());
  EXPECT_FALSE(book_.owed("r", Uid(2)).value());
  ASSERT_TRUE(book_.leave("r", Uid(2)).value());
  ASSERT_TRUE(book_.leave("r", Uid(5)).value());
  EXPECT_EQ(chat_.number("SELECT COUNT(*) FROM webim_exits"), 1);
}

/// A logic of before exits were owed let them in again, and knows of none.
TEST_F(RoomBookTest, WhoIsInTheRoomOwesNoExit) {
  for (int uid : {5, 2}) ASSERT_TRUE(book_.join(member(uid)).ok());
  const auto comes_in_as_before = [this] {
    chat_.database.open()->execute(
        "INSERT INTO webim_rooms (uid, room, place, slot, name, comet, epoch, conn, joined_ms) "
        "SELECT 2, room, 9, slot, 'again', comet, epoch, conn, joined_ms FROM webim_rooms WHERE uid = 5");
  };
  ASSERT_TRUE(book_.leave("r", Uid(2)).value());
  comes_in_as_before();
  const auto left = book_.leave("r", Uid(2));
  ASSERT_TRUE(left.ok()) << left.error().message;
  ASSERT_TRUE(left.value());
  EXPECT_EQ(book_.owed("r", Uid(2)).value()->who.name, "again");
  comes_in_as_before();
  EXPECT_FALSE(book_.owed("r", Uid(2)).value());
  EXPECT_TRUE(book_.take_owed(-1000).value().empty()) << "they would be told that somebody left who is there";
  EXPECT_EQ(chat_.number("SELECT COUNT(*) FROM webim_exits"), 0);
}

TEST_F(RoomBookTest, OfThoseWhoComeAtOnceEachPairHasAFirst) {
  std::vector<std::thread> threads;
  for (int uid = 1; uid <= 10; ++uid) threads.emplace_back([this, uid] { EXPECT_TRUE(book_.join(member(uid)).ok()); });
  for (std::thread& one : threads) one.join();
  const auto members = book_.members("r").value();
  ASSERT_EQ(members.size(), 10U);
  for (std::size_t i = 0; i < members.size(); ++i) EXPECT_EQ(members[i].place, static_cast<std::int64_t>(i) + 1);
}

TEST_F(RoomBookTest, RoomsOfOneConnectionAreBounded) {
  for (int i = 0; i < 8; ++i) ASSERT_TRUE(book_.join(member(1, "r" + std::to_string(i))).ok());
  EXPECT_EQ(book_.join(member(1, "one more")).error().code, Error::Code::kOverloaded);
  EXPECT_EQ(book_.places_of({Uid(1), Uid(2)}).value().size(), 8U);
  EXPECT_EQ(book_.of_slot(slot_of(1), -1000).value(), std::vector<Uid>{Uid(1)});
  EXPECT_TRUE(book_.of_slot(slot_of(1), 60'000).value().empty());
}

TEST_F(RoomBookTest, WhoSaysSoLeadsElseWhoWasThereFirst) {
  book_.join(member(1));
  book_.join(member(2));
  EXPECT_EQ(leader_of(book_.members("r").value()).uid, Uid(1));
  ASSERT_TRUE(book_.lead("r", Uid(2)).ok());
  EXPECT_EQ(boost::json::serialize(room_info(book_.members("r").value())),
            R"({"leaderId":"2","leaderName":"user 2","users":["1","2"]})");
}

TEST_F(RoomBookTest, EventsAreThoseOfTheDemo) {
  book_.join(member(1));
  const auto members = book_.join(member(2)).value();
  const auto text = [](const boost::json::object& event) { return boost::json::serialize(event); };
  EXPECT_EQ(text(joined_event(members[1], false)), R"({"event":"joined","id":"2","room":"r"})");
  EXPECT_EQ(text(joined_event(members[1], true)), R"({"event":"joined","id":"2","room":"r","name":"user 2"})");
  EXPECT_EQ(text(created_event(members[1], members, false)),
            R"({"event":"created","id":"2","room":"r","peers":[{"id":"1"}]})");
  const auto meeting = created_event(members[1], members, true);
  EXPECT_EQ(text(meeting.at("peers").get_array().front().get_object()), R"({"id":"1","userInfo":{"name":"user 1"}})");
  EXPECT_FALSE(meeting.contains("name")) << "only for who comes first";
  EXPECT_EQ(created_event(members[0], members, true).at("name"), "user 1");
  EXPECT_EQ(text(lost_event(members[0])),
            R"({"event":"exit","from":"1","room":"","left":"r","name":{"name":"user 1"}})");
  EXPECT_EQ(text(passed_on({{"cmd", "room"}, {"event", "offer"}, {"from", "99"}, {"sdp", "v=0"}}, Uid(1))),
            R"({"sdp":"v=0","event":"offer","from":"1"})");
}

}  // namespace
}  // namespace im::logic::webim
