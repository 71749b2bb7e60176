#include "logic/chat_requests/contact_commands.hpp"

#include <gtest/gtest.h>

#include "tests/unit/logic/chat_requests/chat_door.hpp"

namespace im::logic {
namespace {

namespace json = boost::json;

class ContactCommandsTest : public testing::Test {
 protected:
  void SetUp() override {
    add_contact_commands(door.commands, door.chat.contacts, door.tell,
                         [this](Uid one, Uid other) { parted.emplace_back(one, other); });
  }
  ChatDoor door;
  std::vector<std::pair<Uid, Uid>> parted;
};

TEST_F(ContactCommandsTest, BothHearHowItIsForThem) {
  EXPECT_EQ(door.ask(1, "contact.add", {{"uid", 2}, {"greeting", "hi"}}),
            (json::object{{"ok", true}, {"uid", 2}, {"state", "asked"}}));
  auto told = door.told();
  ASSERT_EQ(told.size(), 2U);
  EXPECT_EQ(told[0].users, (std::vector<Uid>{Uid(1)}));
  EXPECT_EQ(told[0].event, (json::object{{"cmd", "contact"}, {"uid", 2}, {"state", "asked"}}));
  EXPECT_EQ(told[1].users, (std::vector<Uid>{Uid(2)}));
  EXPECT_EQ(told[1].event, (json::object{{"cmd", "contact"}, {"uid", 1}, {"state", "asked_by"}, {"greeting", "hi"}}));
  EXPECT_EQ(door.code(1, "contact.accept", {{"uid", 2}}), 4404);
  EXPECT_EQ(door.ask(2, "contact.accept", {{"uid", 1}}).at("state"), "contact");
  told = door.told();
  ASSERT_EQ(told.size(), 2U);
  EXPECT_EQ(told[1].event.at("state"), "contact");
  const auto list = door.ask(1, "contact.list", {});
  EXPECT_EQ(list.at("contacts").at(0).at("name"), "user 2");
  EXPECT_FALSE(list.at("has_more").as_bool());
}

TEST_F(ContactCommandsTest, WhoIsBlockedIsAnsweredLikeOthersAndHeardByNobody) {
  ASSERT_EQ(door.code(2, "contact.block", {{"uid", 1}}), 0);
  door.told();
  EXPECT_EQ(door.ask(1, "contact.add", {{"uid", 2}}).at("state"), "asked");
  const auto told = door.told();
  ASSERT_EQ(told.size(), 1U);
  EXPECT_EQ(told[0].users, (std::vector<Uid>{Uid(1)}));
  EXPECT_TRUE(door.ask(2, "contact.list", {}).at("contacts").as_array().empty());
  EXPECT_EQ(door.ask(2, "contact.blocked", {}).at("users").as_array().size(), 1U);
  ASSERT_EQ(door.code(2, "contact.unblock", {{"uid", 1}}), 0);
  EXPECT_TRUE(door.ask(2, "contact.blocked", {}).at("users").as_array().empty());
}

TEST_F(ContactCommandsTest, ThoseWhoPartAreNamed) {
  door.ask(1, "contact.add", {{"uid", 2}});
  door.ask(2, "contact.accept", {{"uid", 1}});
  EXPECT_TRUE(parted.empty());
  door.ask(1, "contact.remove", {{"uid", 2}});
  door.ask(2, "contact.block", {{"uid", 1}});
  door.ask(2, "contact.unblock", {{"uid", 1}});
  EXPECT_EQ(parted, (std::vector<std::pair<Uid, Uid>>{{Uid(1), Uid(2)}, {Uid(2), Uid(1)}}));
}

TEST_F(ContactCommandsTest, BadValuesAreNamed) {
  EXPECT_EQ(door.code(1, "contact.add", {{"uid", 1}}), 4422);
  EXPECT_EQ(door.code(1, "contact.add", {}), 4422);
  EXPECT_EQ(door.code(1, "contact.add", {{"uid", 2}, {"greeting", std::string(1000, 'x')}}), 4422);
  EXPECT_EQ(door.code(1, "contact.add", {{"uid", 999}}), 4404);
  EXPECT_EQ(door.code(1, "contact.block", {{"uid", 999}}), 4404);
  EXPECT_EQ(door.code(1, "contact.search", {{"login", ""}}), 4422);
  EXPECT_TRUE(door.ask(1, "contact.search", {{"login", "user"}}).at("users").as_array().empty());
}

}  // namespace
}  // namespace im::logic
