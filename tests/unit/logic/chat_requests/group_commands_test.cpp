#include "logic/chat_requests/group_commands.hpp"

#include <gtest/gtest.h>

#include "tests/unit/logic/chat_requests/chat_door.hpp"

namespace im::logic {
namespace {

namespace json = boost::json;

/// 1 owner, 2 admin, 3 member; 4 asks; 5 is a stranger.
class GroupCommandsTest : public testing::Test {
 protected:
  void SetUp() override {
    add_group_commands(door.commands, door.chat.groups, door.tell);
    const auto made = door.ask(1, "group.create", {{"name", "Team"}, {"members", {2, 3}}});
    ASSERT_TRUE(made.at("ok").as_bool()) << made;
    conv = made.at("conv_id").as_int64();
    ASSERT_EQ(door.code(1, "group.role", {{"conv_id", conv}, {"uid", 2}, {"role", "admin"}}), 0);
  }
  ChatDoor door;
  std::int64_t conv = 0;
};

TEST_F(GroupCommandsTest, WhoCameIsTold) {
  const auto told = door.told();
  ASSERT_EQ(told.size(), 1U);  // a role is told by its row alone
  EXPECT_EQ(told[0].users, (std::vector<Uid>{Uid(1), Uid(2), Uid(3)}));
  EXPECT_EQ(told[0].event,
            (json::object{{"cmd", "group"}, {"event", "create"}, {"conv_id", conv}, {"by", 1}, {"uids", {1, 2, 3}}}));
}

TEST_F(GroupCommandsTest, WhoAsksIsAnsweredByAnAdmin) {
  door.told();
  const auto asked = door.ask(4, "group.join", {{"conv_id", conv}, {"greeting", "me too"}});
  EXPECT_EQ(asked, (json::object{{"ok", true}, {"conv_id", conv}, {"waits", true}}));
  auto told = door.told();
  ASSERT_EQ(told.size(), 1U);
  EXPECT_EQ(told[0].users, (std::vector<Uid>{Uid(1), Uid(2)}));
  EXPECT_EQ(told[0].event.at("event"), "ask");
  EXPECT_EQ(door.code(3, "group.approve", {{"conv_id", conv}, {"uid", 4}}), 4403);
  EXPECT_EQ(door.ask(2, "group.requests", {{"conv_id", conv}}).at("requests").as_array().size(), 1U);
  EXPECT_EQ(door.code(2, "group.approve", {{"conv_id", conv}, {"uid", 4}, {"accept", false}}), 0);
  told = door.told();
  ASSERT_EQ(told.size(), 1U);
  EXPECT_EQ(told[0].users, (std::vector<Uid>{Uid(4)}));
  EXPECT_EQ(told[0].event.at("event"), "reject");
  EXPECT_EQ(door.code(2, "group.approve", {{"conv_id", conv}, {"uid", 4}}), 4404);
}

TEST_F(GroupCommandsTest, WhoWentIsToldAndReadsNothingMore) {
  door.told();
  const auto kicked = door.ask(2, "group.kick", {{"conv_id", conv}, {"uid", 3}});
  EXPECT_EQ(kicked.at("went"), json::value({3}));
  EXPECT_GT(kicked.at("seq").as_int64(), 1);
  const auto told = door.told();
  ASSERT_EQ(told.size(), 1U);
  EXPECT_EQ(told[0].users, (std::vector<Uid>{Uid(3)}));
  EXPECT_EQ(door.code(3, "group.members", {{"conv_id", conv}}), 4404);
  EXPECT_EQ(door.code(1, "group.leave", {{"conv_id", conv}}), 4409);
}

TEST_F(GroupCommandsTest, MuteIsOfOneForATimeOrOfAll) {
  const auto members = [this] { return door.ask(1, "group.members", {{"conv_id", conv}}).at("members").as_array(); };
  ASSERT_EQ(door.code(1, "group.mute", {{"conv_id", conv}, {"uid", 3}, {"for_s", 60}}), 0);
  EXPECT_GT(members().at(2).at("muted_until").as_int64(), 0);
  ASSERT_EQ(door.code(1, "group.mute", {{"conv_id", conv}, {"uid", 3}, {"on", false}}), 0);
  EXPECT_FALSE(members().at(2).as_object().contains("muted_until"));
  ASSERT_EQ(door.code(1, "group.mute", {{"conv_id", conv}}), 0);
  EXPECT_TRUE(door.ask(3, "group.info", {{"conv_id", conv}}).at("muted_all").as_bool());
  EXPECT_EQ(door.code(3, "group.mute", {{"conv_id", conv}, {"on", false}}), 4403);
}

TEST_F(GroupCommandsTest, BadValuesAreNamed) {
  for (const auto& [cmd, fields] : std::vector<std::pair<std::string, json::object>>{
           {"group.create", {}},
           {"group.create", {{"name", ""}}},
           {"group.create", {{"name", "x"}, {"join", "maybe"}}},
           {"group.create", {{"name", std::string(500, 'x')}}},
           {"group.create", {{"name", "x"}, {"members", json::array(300, 1)}}},
           {"group.invite", {{"conv_id", conv}}},
           {"group.role", {{"conv_id", conv}, {"uid", 3}, {"role", "owner"}}},
           {"group.mute", {{"conv_id", conv}, {"uid", 3}, {"for_s", -1}}},
           {"group.mute", {{"conv_id", conv}, {"uid", 3}, {"for_s", 1e18}}},
           {"group.members", {{"conv_id", conv}, {"limit", 10000}}},
           {"group.kick", {{"conv_id", conv}, {"uid", "3"}}}})
    EXPECT_EQ(door.code(1, cmd, fields), 4422) << cmd << fields;
  EXPECT_EQ(door.code(1, "group.info", {{"conv_id", 999}}), 4404);
}

}  // namespace
}  // namespace im::logic
