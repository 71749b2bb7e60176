// Several rooms of one connection: by op 12, by command of logic, and both.

#include "comet/room/membership.hpp"

#include <optional>

#include "tests/unit/comet/comet_fakes.hpp"

namespace im::comet {
namespace {

class MembershipTest : public testing::Test {
 protected:
  ConnId open(std::int64_t uid = 1) {
    client_ = worker_.open_tcp("", uid);
    return worker_.io.id_of(worker_.last_place);
  }
  JoinTicketRef ticket() {
    answered_.reset();
    return std::make_shared<JoinTicket>([this](JoinCount count) { answered_ = count; });
  }
  void join(ConnId conn, const std::string& room) { worker_.membership.join(conn, room, ticket()); }
  void leave(ConnId conn, const std::string& room) { worker_.membership.leave(conn, room, ticket()); }
  /// Members of a room here; 0 also when there is no such room.
  std::uint32_t members(const std::string& room) {
    const std::uint32_t index = worker_.rooms.find(room);
    return index == RoomTable::kNone ? 0 : worker_.rooms.at(index).live;
  }
  void change_room(const std::string& room) {
    worker_.send(client_, WorkerHarness::packet(wire::kOpChangeRoom, 5, room));
    if (!room.empty()) worker_.protocol.on_room_ready(room);
    EXPECT_EQ(WorkerHarness::received(client_), WorkerHarness::packet(wire::kOpChangeRoomReply, 5, room));
  }

  WorkerHarness worker_;
  int client_ = -1;
  std::optional<JoinCount> answered_;
};

// covers R06
TEST_F(MembershipTest, AJoinIsAnsweredWhenTheRouterKnowsTheRoom) {
  const ConnId conn = open();
  join(conn, "g://1");
  EXPECT_EQ(members("g://1"), 1U);
  EXPECT_FALSE(answered_);
  worker_.protocol.on_room_ready("g://1");
  ASSERT_TRUE(answered_);
  EXPECT_EQ(answered_->done, 1U);
  EXPECT_EQ(WorkerHarness::received(client_), "");
  join(open(2), "g://1");
  EXPECT_TRUE(answered_) << "a known room does not wait";
}

TEST_F(MembershipTest, OneTicketWaitsForAllItsRooms) {
  const ConnId conn = open();
  auto both = ticket();
  worker_.membership.join(conn, "g://1", both);
  worker_.membership.join(conn, "g://2", both);
  both.reset();
  worker_.protocol.on_room_ready("g://2");
  EXPECT_FALSE(answered_);
  worker_.protocol.on_room_ready("g://1");
  ASSERT_TRUE(answered_);
  EXPECT_EQ(answered_->done, 2U);
}

TEST_F(MembershipTest, LeavingGoesOneByOneAndTheConnectionsEndLeavesAll) {
  const ConnId conn = open();
  for (const char* room : {"g://1", "g://2", "g://3"}) join(conn, room);
  change_room("live://1");
  leave(conn, "g://1");
  EXPECT_EQ(worker_.control.left, std::vector<std::string>{"g://1"});
  EXPECT_EQ(members("g://2") + members("g://3") + members("live://1"), 3U);
  ::shutdown(client_, SHUT_RDWR);
  worker_.pump();
  EXPECT_EQ(worker_.rooms.size(), 0U);
  EXPECT_EQ(worker_.stats.roomed.value(), 0U);
}

// covers R06
TEST_F(MembershipTest, AConnectionIsInARoomOnce) {
  const ConnId conn = open();
  join(conn, "g://1");
  join(conn, "g://1");
  change_room("g://1");
  EXPECT_EQ(members("g://1"), 1U);
  EXPECT_EQ(worker_.control.joined, std::vector<std::string>{"g://1"});
}

TEST_F(MembershipTest, TheMainRoomThatLogicAskedForTooStaysWhenTheMainRoomChanges) {
  const ConnId conn = open();
  change_room("g://1");
  join(conn, "g://1");
  change_room("live://1");
  EXPECT_EQ(members("g://1"), 1U);
  leave(conn, "g://1");
  EXPECT_EQ(members("g://1"), 0U);
  EXPECT_EQ(members("live://1"), 1U);
}

TEST_F(MembershipTest, LeavingByCommandDoesNotTakeTheMainRoom) {
  const ConnId conn = open();
  join(conn, "g://1");
  change_room("g://1");
  leave(conn, "g://1");
  EXPECT_EQ(members("g://1"), 1U);
  change_room("");
  EXPECT_EQ(members("g://1"), 0U);
}

// covers R06
TEST_F(MembershipTest, RoomsOfOneConnectionAreBounded) {
  const ConnId conn = open();
  auto all = ticket();
  for (std::size_t i = 0; i < Membership::kMaxRooms + 5; ++i) {
    worker_.membership.join(conn, "g://" + std::to_string(i), all);
  }
  EXPECT_EQ(all->count.done, Membership::kMaxRooms - 1);  // one is left for the main room
  EXPECT_EQ(all->count.refused, 6U);
  EXPECT_EQ(worker_.rooms.size(), Membership::kMaxRooms - 1);
}

TEST_F(MembershipTest, ConnectionsThatAreNotHereAreCounted) {
  const ConnId conn = open();
  auto gone = ticket();
  worker_.membership.join(ConnId(0, conn.slot(), conn.generation() + 1), "g://1", gone);
  EXPECT_EQ(gone->count.gone, 1U);
  EXPECT_EQ(worker_.rooms.size(), 0U);
}

TEST_F(MembershipTest, ARoomThatEmptiesBeforeTheRouterKnowsItAnswersItsTickets) {
  const ConnId conn = open();
  auto first = ticket();
  worker_.membership.join(conn, "g://1", first);
  first.reset();
  worker_.membership.leave(conn, "g://1", std::make_shared<JoinTicket>([](JoinCount) {}));
  EXPECT_TRUE(answered_);
}

}  // namespace
}  // namespace im::comet
