#include "logic/group_rooms/group_rooms.hpp"

#include <atomic>
#include <future>
#include <map>
#include <optional>
#include <set>

#include <gtest/gtest.h>

#include "tests/support/test_chat.hpp"

namespace im::logic {
namespace {

using group_rooms::RoomState;

constexpr CometInstance kRoomComet{CometNumber(1), InstanceEpoch(1)};

/// Everybody has one connection, whose number is the user's.
class EverybodyOnline final : public SessionDirectory {
 public:
  void locate(LocateAsk ask, Done<LocateAnswer> done) override {
    LocateAnswer answer;
    for (const auto uid : ask.uids) {
      SessionInfo session;
      session.uid = Uid(uid);
      session.comet = kRoomComet;
      session.conn = ConnId(0, static_cast<std::uint32_t>(uid), 1);
      answer.by_uid.push_back({session});
    }
    answer.complete = complete;
    done(answer);
  }
  void bind(SessionInfo, Done<BindAnswer>) override { FAIL(); }
  void unbind(std::vector<SessionEnd>, Done<std::int32_t>) override { FAIL(); }
  void take_back(SessionEnd) override { FAIL(); }
  void online(OnlineAsk, Done<OnlineAnswer>) override { FAIL(); }
  std::atomic<bool> complete{true};
};

/// Who is in which room.
class Doorkeeper final : public CometGateway {
 public:
  void send(const CometInstance&, CometCommand command, Reached done) override {
    if (before) before();
    if (const auto error = std::exchange(fails, std::nullopt)) return done(*error);
    const auto change = std::get<RoomChange>(std::move(command));
    {
      const std::lock_guard lock(mutex);
      for (const RoomId& room : change.rooms)
        for (const ConnId conn : change.conns) {
          if (change.join) in[room.value()].insert(static_cast<int>(conn.slot()));
          if (!change.join) in[room.value()].erase(static_cast<int>(conn.slot()));
        }
    }
    done(static_cast<std::int32_t>(change.conns.size()));
  }
  void kick_everywhere(Kick, Reached) override { FAIL(); }
  void trace(const TraceAsk&, Traced) override { FAIL(); }
  std::set<int> inside(const std::string& room) {
    const std::lock_guard lock(mutex);
    return in[room];
  }
  std::mutex mutex;
  std::map<std::string, std::set<int>> in;
  std::function<void()> before;
  std::optional<Error> fails;
};

class GroupRoomsTest : public testing::Test {
 protected:
  void SetUp() override {
    conv_ = chat_.groups.create(chat_.actor(1), {.name = "Team", .members = {Uid(2), Uid(3), Uid(4), Uid(5)}})
                .value()
                .place.conv;
    room_ = GroupRooms::room_of(conv_).value();
  }
  /// The newest row goes out.
  GroupRooms::Way go() {
    const auto rows = chat_.history.history(chat_.actor(1), conv_, 0, 1).value().rows;
    const auto way = rooms_.way_of(rows.at(0));
    EXPECT_TRUE(way.ok()) << way.error().message;
    return way.value();
  }
  RoomState state() {
    return static_cast<RoomState>(
        chat_.number("SELECT COALESCE(MAX(state), 0) FROM group_rooms WHERE conv_id = ?", {conv_}));
  }
  void until(const std::function<bool()>& holds) {
    for (int i = 0; i < 3000 && !holds(); ++i) std::this_thread::sleep_for(std::chrono::milliseconds(10));
    ASSERT_TRUE(holds());
  }
  void open() {
    EXPECT_FALSE(go().room) << "by session, until all are in";
    until([&] { return state() == RoomState::kOpen; });
    EXPECT_TRUE(go().room);
    // The newest row may be one by which members came, and they are let in anew.
    until([&] { return chat_.number("SELECT COUNT(*) FROM group_comers") == 0; });
  }

  test::TestChat chat_;
  EverybodyOnline directory_;
  Doorkeeper door_;
  GroupRooms rooms_{*chat_.store, directory_, door_, {.most = 4, .settle_ms = 0}};
  chat::ConvId conv_;
  std::string room_;
};

TEST_F(GroupRoomsTest, ALargeGroupGetsARoomWithAllItsMembers) {
  open();
  EXPECT_EQ(door_.inside(room_), (std::set<int>{1, 2, 3, 4, 5}));
  EXPECT_EQ(room_, "conv://" + std::to_string(conv_.value()));
}

TEST_F(GroupRoomsTest, SmallGroupsAndOthersHaveNone) {
  chat_.groups.kick(chat_.actor(1), conv_, Uid(5)).value();
  EXPECT_FALSE(go().room);
  const auto pair = chat_.p2p(1, 2);
  chat_.say(1, pair, "x").value();
  EXPECT_FALSE(rooms_.way_of(chat_.history.history(chat_.actor(1), pair, 0, 1).value().rows.at(0)).value().room);
  rooms_.stop();
  EXPECT_EQ(state(), RoomState::kNone);
}

TEST_F(GroupRoomsTest, WhoGoesIsOutBeforeTheRowGoes) {
  open();
  chat_.groups.kick(chat_.actor(1), conv_, Uid(5)).value();
  EXPECT_TRUE(go().room);
  EXPECT_EQ(door_.inside(room_), (std::set<int>{1, 2, 3, 4}));
  door_.fails = Error{Error::Code::kTimeout, "slow"};
  chat_.groups.leave(chat_.actor(4), conv_).value();
  const auto row = chat_.history.history(chat_.actor(1), conv_, 0, 1).value().rows.at(0);
  EXPECT_FALSE(rooms_.way_of(row).ok()) << "nobody knows whether 4 is out: the relay tries again";
  EXPECT_TRUE(rooms_.way_of(row).ok());
  EXPECT_EQ(door_.inside(room_), (std::set<int>{1, 2, 3}));
}

TEST_F(GroupRoomsTest, WhoGoesByARowOfAnotherLogicHearsNothingOfLaterOnes) {
  open();
  GroupRooms other(*chat_.store, directory_, door_, {.most = 4, .settle_ms = 0});
  chat_.groups.kick(chat_.actor(1), conv_, Uid(5)).value();
  chat_.say(2, conv_, "later").value();
  const auto rows = chat_.history.history(chat_.actor(1), conv_, 0, 2).value().rows;
  EXPECT_FALSE(other.way_of(rows.at(0)).value().room) << "the one who was taken out is still inside";
  EXPECT_TRUE(rooms_.way_of(rows.at(1)).value().room);
  EXPECT_FALSE(door_.inside(room_).contains(5));
  EXPECT_TRUE(rooms_.way_of(rows.at(0)).value().room) << "this one has let them out itself";
  chat_.store->lanes().sent({conv_, rows.at(1).seq});
  until([&] { return other.way_of(rows.at(0)).value().room; });
}

TEST_F(GroupRoomsTest, WhoComesHearsBySessionUntilTheyAreIn) {
  open();
  chat_.groups.invite(chat_.actor(1), conv_, {Uid(6)}).value();
  EXPECT_EQ(go().also, std::vector<Uid>{Uid(6)});
  // Each row looks anew who may go in: the one before may have come while the room was still being opened.
  until([&] {
    chat_.say(1, conv_, "x").value();
    return go().also.empty();
  });
  EXPECT_TRUE(door_.inside(room_).contains(6));
}

TEST_F(GroupRoomsTest, ItsStateIsTheSameForAnotherLogic) {
  open();
  GroupRooms other(*chat_.store, directory_, door_, {.most = 4, .settle_ms = 3'600'000});
  chat_.groups.invite(chat_.actor(1), conv_, {Uid(6)}).value();
  const auto row = chat_.history.history(chat_.actor(1), conv_, 0, 1).value().rows.at(0);
  const auto way = other.way_of(row).value();
  EXPECT_TRUE(way.room);
  EXPECT_EQ(way.also, std::vector<Uid>{Uid(6)});
  EXPECT_FALSE(door_.inside(room_).contains(6)) << "not yet";
}

TEST_F(GroupRoomsTest, BackBelowTheNumberAndOverItAgain) {
  open();
  for (const int uid : {4, 5}) {
    chat_.groups.kick(chat_.actor(1), conv_, Uid(uid)).value();
    EXPECT_EQ(go().room, uid == 4);
  }
  EXPECT_EQ(state(), RoomState::kClosed);
  chat_.groups.kick(chat_.actor(1), conv_, Uid(3)).value();
  EXPECT_FALSE(go().room);
  EXPECT_FALSE(door_.inside(room_).contains(3)) << "a closed room may open again";
  chat_.groups.invite(chat_.actor(1), conv_, {Uid(6), Uid(7), Uid(8)}).value();
  open();
  EXPECT_TRUE(door_.inside(room_).contains(8));
}

TEST_F(GroupRoomsTest, WhoLeavesWhileItOpensIsNotLeftInside) {
  std::atomic<bool> once{false};
  door_.before = [&] {
    if (!once.exchange(true)) chat_.groups.kick(chat_.actor(1), conv_, Uid(2)).value();
  };
  go();
  until([&] { return state() == RoomState::kOpen; });
  EXPECT_EQ(door_.inside(room_), (std::set<int>{1, 3, 4, 5}));
}

TEST_F(GroupRoomsTest, WhatDidNotOpenIsTriedAgain) {
  directory_.complete = false;
  go();
  until([&] { return rooms_.stats().failed > 0; });
  EXPECT_EQ(state(), RoomState::kOpening);
  directory_.complete = true;
  until([&] { return go().room; });
}

TEST_F(GroupRoomsTest, AHelloWaitsUntilItsConnectionIsIn) {
  open();
  door_.in.clear();
  const auto hello = [this](int uid) {
    std::promise<Status> told;
    rooms_.enter(Uid(uid), kRoomComet, ConnId(0, static_cast<std::uint32_t>(uid), 1),
                 [&](Status status) { told.set_value(std::move(status)); });
    return told.get_future().get();
  };
  EXPECT_TRUE(hello(3).ok());
  EXPECT_TRUE(hello(9).ok());
  EXPECT_EQ(door_.inside(room_), (std::set<int>{3}));
  door_.fails = Error{Error::Code::kOverloaded, "too much"};
  EXPECT_FALSE(hello(3).ok());
}

}  // namespace
}  // namespace im::logic
