#include "logic/chat_requests/conversation_commands.hpp"

#include <gtest/gtest.h>

#include "tests/unit/logic/chat_requests/chat_door.hpp"

namespace im::logic {
namespace {

namespace json = boost::json;

/// 1 and 2 talk; 1, 2 and 3 are a group.
class ConversationCommandsTest : public testing::Test {
 protected:
  void SetUp() override {
    add_conversation_commands(door.commands, door.chat.conversations, door.tell);
    conv = door.chat.p2p(1, 2).value();
    team = door.chat.groups.create(door.chat.actor(1), {.name = "Team", .members = {Uid(2), Uid(3)}})
               .value()
               .place.conv.value();
    ASSERT_TRUE(door.chat.say(1, chat::ConvId(conv), "one").ok());
    ASSERT_TRUE(door.chat.say(2, chat::ConvId(conv), "two").ok());
  }
  void block(int uid, int peer) { ASSERT_TRUE(door.chat.contacts.block(door.chat.actor(uid), Uid(peer), true).ok()); }
  ChatDoor door;
  std::int64_t conv = 0, team = 0;
};

TEST_F(ConversationCommandsTest, TheOtherOnesHearThatSomebodyTypes) {
  ASSERT_EQ(door.code(1, "typing", {{"conv_id", conv}}), 0);
  ASSERT_EQ(door.code(1, "typing", {{"conv_id", team}, {"kind", "voice"}}), 0);
  const auto told = door.told();
  ASSERT_EQ(told.size(), 2U);
  EXPECT_EQ(told[0].users, (std::vector<Uid>{Uid(2)}));
  EXPECT_EQ(told[0].event, (json::object{{"cmd", "typing"}, {"uid", 1}, {"conv_id", conv}, {"kind", "text"}}));
  EXPECT_EQ(told[1].users, (std::vector<Uid>{Uid(2), Uid(3)}));
  EXPECT_EQ(door.code(1, "typing", {{"conv_id", conv}, {"kind", "<b>"}}), 4422);
  EXPECT_EQ(door.code(4, "typing", {{"conv_id", team}}), 4404);
  EXPECT_TRUE(door.told().empty());
}

TEST_F(ConversationCommandsTest, WhoTypesInALargeGroupIsNotTold) {
  const auto few = door.chat.conversations.listeners(door.chat.actor(1), chat::ConvId(team), 3);
  EXPECT_EQ(few.value().size(), 2U);
  EXPECT_TRUE(door.chat.conversations.listeners(door.chat.actor(1), chat::ConvId(team), 2).value().empty());
}

TEST_F(ConversationCommandsTest, NothingOfABlockedUserReachesWhoBlockedThem) {
  block(2, 1);
  ASSERT_EQ(door.code(1, "typing", {{"conv_id", conv}}), 0);
  ASSERT_EQ(door.code(1, "delivered", {{"conv_id", conv}, {"seq", 2}}), 0);
  const auto read = door.ask(1, "read", {{"conv_id", conv}, {"seq", 2}});
  EXPECT_EQ(read.at("read_seq"), 2);
  const auto told = door.told();
  ASSERT_EQ(told.size(), 1U);
  EXPECT_EQ(told[0].users, (std::vector<Uid>{Uid(1)})) << "of their own devices one knows";
  ASSERT_EQ(door.code(2, "read", {{"conv_id", conv}, {"seq", 2}}), 0);
  EXPECT_EQ(door.told().size(), 2U) << "who blocks is heard";
}

TEST_F(ConversationCommandsTest, ReadsOfTwoAreToldAndThoseOfGroupsNot) {
  ASSERT_EQ(door.code(2, "read", {{"conv_id", conv}, {"seq", 1}}), 0);
  auto told = door.told();
  ASSERT_EQ(told.size(), 2U);
  EXPECT_EQ(told[0].users, (std::vector<Uid>{Uid(2)}));
  EXPECT_TRUE(told[0].event.contains("unread"));
  EXPECT_EQ(told[1].users, (std::vector<Uid>{Uid(1)}));
  EXPECT_FALSE(told[1].event.contains("unread"));
  ASSERT_EQ(door.code(2, "read", {{"conv_id", team}, {"seq", 1}}), 0);
  told = door.told();
  ASSERT_EQ(told.size(), 1U);
  EXPECT_EQ(told[0].users, (std::vector<Uid>{Uid(2)}));
}

TEST_F(ConversationCommandsTest, SettingsReachTheOtherDevices) {
  ASSERT_EQ(door.code(1, "conv.mute", {{"conv_id", conv}}), 0);
  ASSERT_EQ(door.code(1, "conv.pin", {{"conv_id", conv}, {"on", false}}), 0);
  ASSERT_EQ(door.code(1, "conv.hide", {{"conv_id", conv}}), 0);
  EXPECT_EQ(door.code(3, "conv.hide", {{"conv_id", conv}}), 4404);
  const auto told = door.told();
  ASSERT_EQ(told.size(), 3U);
  for (const auto& one : told) EXPECT_EQ(one.users, (std::vector<Uid>{Uid(1)}));
  EXPECT_EQ(told[0].event, (json::object{{"cmd", "conv"}, {"conv_id", conv}, {"silent", true}}));
  EXPECT_EQ(told[1].event, (json::object{{"cmd", "conv"}, {"conv_id", conv}, {"pinned", false}}));
  EXPECT_EQ(told[2].event, (json::object{{"cmd", "conv"}, {"conv_id", conv}, {"hidden", true}}));
}

}  // namespace
}  // namespace im::logic
