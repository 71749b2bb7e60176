#include "logic/chat/group_service.hpp"

#include <gtest/gtest.h>

#include "tests/support/test_chat.hpp"

namespace im::logic::chat {
namespace {

/// 1 owner, 2 admin, 3 and 4 members; 5 is none.
class GroupServiceTest : public testing::Test {
 protected:
  void SetUp() override {
    const auto made =
        chat_.groups.create(chat_.actor(1), {.name = "Team", .members = {Uid(2), Uid(3), Uid(4), Uid(3), Uid(99)}});
    ASSERT_TRUE(made.ok()) << made.error().message;
    EXPECT_EQ(made.value().came.size(), 4U);
    conv_ = made.value().place.conv;
    ASSERT_TRUE(chat_.groups.set_role(chat_.actor(1), conv_, Uid(2), Role::kAdmin).ok());
  }
  std::string last(int uid) { return chat_.history.history(chat_.actor(uid), conv_, 0, 1).value().rows.at(0).body; }
  Role role(int uid) {
    const auto members = chat_.groups.members(chat_.actor(1), conv_, Uid(0), 0).value();
    for (const auto& member : members)
      if (member.uid == Uid(uid)) return member.role;
    return Role::kNone;
  }
  template <class T>
  static Error::Code code(const Result<T>& result) {
    return result.ok() ? static_cast<Error::Code>(-1) : result.error().code;
  }

  test::TestChat chat_;
  ConvId conv_;
};

TEST_F(GroupServiceTest, ChangesAreSystemMessagesWithNumbers) {
  EXPECT_EQ(last(3), R"({"event":"role","uids":[2],"role":"admin"})");
  const auto renamed = chat_.groups.rename(chat_.actor(2), conv_, "The \"Team\"", "");
  EXPECT_EQ(renamed.value().place.seq, 3);
  EXPECT_EQ(last(3), R"({"event":"rename","text":"The \"Team\""})");
  ASSERT_TRUE(chat_.groups.announce(chat_.actor(2), conv_, "Friday off").ok());
  const auto info = chat_.groups.info(chat_.actor(3), conv_).value();
  EXPECT_EQ(info.name, "The \"Team\"");
  EXPECT_EQ(info.announcement, "Friday off");
  EXPECT_EQ(info.owner, Uid(1));
  EXPECT_EQ(info.members, 4);
  EXPECT_EQ(info.role, Role::kMember);
  const auto rows = chat_.history.sync(chat_.actor(3), conv_, 0, 100).value().rows;
  for (std::size_t i = 0; i < rows.size(); ++i) EXPECT_EQ(rows[i].seq, static_cast<Seq>(i + 1));
}

// A row may be on its way still when somebody comes.
TEST_F(GroupServiceTest, WhoComesLaterIsNotToldOfRowsBeforeThem) {
  const auto before = chat_.say(1, conv_, "before").value();
  ASSERT_EQ(chat_.groups.invite(chat_.actor(3), conv_, {Uid(5)}).value().came, (std::vector<Uid>{Uid(5)}));
  const auto after = chat_.say(1, conv_, "after").value();
  const auto told = [this](Seq seq) { return chat_.conversations.readers_of(conv_, seq).value(); };
  EXPECT_EQ(told(before.seq), (std::vector<Uid>{Uid(1), Uid(2), Uid(3), Uid(4)}));
  EXPECT_EQ(told(before.seq + 1).size(), 5U) << "of their coming they hear";
  EXPECT_EQ(told(after.seq).size(), 5U);
}

TEST_F(GroupServiceTest, WhoComesLaterReadsFromThenOn) {
  chat_.say(1, conv_, "before").value();
  ASSERT_EQ(chat_.groups.invite(chat_.actor(3), conv_, {Uid(5), Uid(2)}).value().came, (std::vector<Uid>{Uid(5)}));
  chat_.say(1, conv_, "after").value();
  const auto rows = chat_.history.sync(chat_.actor(5), conv_, 0, 100).value().rows;
  ASSERT_EQ(rows.size(), 2U);
  EXPECT_EQ(rows[1].body, "after");
  EXPECT_EQ(chat_.unread(5, conv_), 2);
  EXPECT_TRUE(chat_.history.search(chat_.actor(5), {.text = "before"}).value().empty());
  EXPECT_EQ(code(chat_.messages.forward(chat_.actor(5), conv_, 3, conv_, "f")), Error::Code::kNotFound);
  EXPECT_EQ(chat_.groups.invite(chat_.actor(3), conv_, {Uid(5)}).value().place.seq, 0);  // nothing changed
}

TEST_F(GroupServiceTest, JoiningWaitsForApproval) {
  const auto asked = chat_.groups.join(chat_.actor(5), conv_, "let me in").value();
  EXPECT_TRUE(asked.waits);
  EXPECT_EQ(asked.place.seq, 0);
  EXPECT_EQ(code(chat_.history.sync(chat_.actor(5), conv_, 0, 1)), Error::Code::kNotFound);
  EXPECT_EQ(code(chat_.groups.requests(chat_.actor(3), conv_)), Error::Code::kDenied);
  EXPECT_EQ(chat_.groups.requests(chat_.actor(2), conv_).value().at(0).greeting, "let me in");
  EXPECT_EQ(code(chat_.groups.approve(chat_.actor(3), conv_, Uid(5), true)), Error::Code::kDenied);
  EXPECT_EQ(code(chat_.groups.approve(chat_.actor(2), conv_, Uid(6), true)), Error::Code::kNotFound);
  EXPECT_EQ(chat_.groups.approve(chat_.actor(2), conv_, Uid(5), true).value().came, (std::vector<Uid>{Uid(5)}));
  EXPECT_EQ(role(5), Role::kMember);
  EXPECT_TRUE(chat_.groups.requests(chat_.actor(2), conv_).value().empty());
}

TEST_F(GroupServiceTest, MutedOnesReadOnly) {
  ASSERT_TRUE(chat_.groups.mute(chat_.actor(2), conv_, Uid(3), 3'600'000).ok());
  EXPECT_EQ(chat_.say(3, conv_, "x").error().message, "you are muted");
  EXPECT_TRUE(chat_.history.sync(chat_.actor(3), conv_, 0, 1).ok());
  ASSERT_TRUE(chat_.groups.mute(chat_.actor(2), conv_, Uid(3), 0).ok());
  EXPECT_TRUE(chat_.say(3, conv_, "x").ok());
  ASSERT_TRUE(chat_.groups.mute_all(chat_.actor(2), conv_, true).ok());
  EXPECT_EQ(chat_.groups.mute_all(chat_.actor(2), conv_, true).value().place.seq, 0);
  EXPECT_FALSE(chat_.say(4, conv_, "x").ok());
  EXPECT_TRUE(chat_.say(2, conv_, "admins may").ok());
}

TEST_F(GroupServiceTest, NobodyManagesTheirOwnRoleOrAbove) {
  EXPECT_EQ(code(chat_.groups.kick(chat_.actor(2), conv_, Uid(1))), Error::Code::kDenied);
  EXPECT_EQ(code(chat_.groups.kick(chat_.actor(2), conv_, Uid(2))), Error::Code::kDenied);
  EXPECT_EQ(code(chat_.groups.kick(chat_.actor(3), conv_, Uid(4))), Error::Code::kDenied);
  EXPECT_EQ(code(chat_.groups.kick(chat_.actor(2), conv_, Uid(5))), Error::Code::kNotFound);
  EXPECT_EQ(code(chat_.groups.mute(chat_.actor(2), conv_, Uid(1), 1)), Error::Code::kDenied);
  EXPECT_EQ(code(chat_.groups.set_role(chat_.actor(2), conv_, Uid(3), Role::kAdmin)), Error::Code::kDenied);
  EXPECT_EQ(code(chat_.groups.set_role(chat_.actor(1), conv_, Uid(1), Role::kMember)), Error::Code::kDenied);
  EXPECT_EQ(code(chat_.groups.set_role(chat_.actor(1), conv_, Uid(3), Role::kOwner)), Error::Code::kInvalid);
  ASSERT_EQ(chat_.groups.kick(chat_.actor(2), conv_, Uid(3)).value().went, (std::vector<Uid>{Uid(3)}));
  EXPECT_EQ(code(chat_.history.sync(chat_.actor(3), conv_, 0, 1)), Error::Code::kNotFound);
  EXPECT_EQ(chat_.groups.info(chat_.actor(1), conv_).value().members, 3);
}

TEST_F(GroupServiceTest, TransferLeaveDissolve) {
  EXPECT_EQ(code(chat_.groups.leave(chat_.actor(1), conv_)), Error::Code::kConflict);
  EXPECT_EQ(code(chat_.groups.transfer(chat_.actor(2), conv_, Uid(3))), Error::Code::kDenied);
  ASSERT_TRUE(chat_.groups.transfer(chat_.actor(1), conv_, Uid(3)).ok());
  EXPECT_EQ(role(3), Role::kOwner);
  EXPECT_EQ(role(1), Role::kAdmin);
  EXPECT_EQ(code(chat_.groups.dissolve(chat_.actor(1), conv_)), Error::Code::kDenied);
  ASSERT_TRUE(chat_.groups.leave(chat_.actor(4), conv_).ok());
  ASSERT_TRUE(chat_.groups.dissolve(chat_.actor(3), conv_).ok());
  EXPECT_EQ(chat_.say(1, conv_, "x").error().code, Error::Code::kConflict);
  EXPECT_TRUE(chat_.history.sync(chat_.actor(1), conv_, 0, 1).ok());
  EXPECT_TRUE(chat_.groups.leave(chat_.actor(3), conv_).ok());
  EXPECT_EQ(code(chat_.groups.join(chat_.actor(5), conv_, "")), Error::Code::kNotFound);
}

TEST_F(GroupServiceTest, AdminsRecallWithoutAWindow) {
  chat_.say(3, conv_, "bad words").value();
  EXPECT_EQ(code(chat_.messages.recall(chat_.actor(4), conv_, 3)), Error::Code::kDenied);
  EXPECT_TRUE(chat_.messages.recall(chat_.actor(2), conv_, 3).ok());
  EXPECT_EQ(code(chat_.messages.recall(chat_.actor(1), conv_, 1)), Error::Code::kDenied);  // a system message
  EXPECT_EQ(
      code(chat_.messages.send(chat_.actor(3), {.conv = conv_, .client_id = "a", .body = "all", .mention_all = true})),
      Error::Code::kDenied);
  EXPECT_TRUE(
      chat_.messages.send(chat_.actor(2), {.conv = conv_, .client_id = "a", .body = "all", .mention_all = true}).ok());
}

TEST_F(GroupServiceTest, InvitationOnlyIsNotThereForOthers) {
  const auto closed =
      chat_.groups.create(chat_.actor(1), {.name = "Closed", .join_mode = JoinMode::kInvite}).value().place.conv;
  EXPECT_EQ(code(chat_.groups.info(chat_.actor(5), closed)), Error::Code::kNotFound);
  EXPECT_EQ(code(chat_.groups.join(chat_.actor(5), closed, "")), Error::Code::kNotFound);
  const auto free =
      chat_.groups.create(chat_.actor(1), {.name = "Free", .join_mode = JoinMode::kFree}).value().place.conv;
  EXPECT_EQ(chat_.groups.info(chat_.actor(5), free).value().name, "Free");
  EXPECT_EQ(chat_.groups.join(chat_.actor(5), free, "").value().came.size(), 1U);
}

TEST(GroupLimits, AreKept) {
  test::TestChat chat({.members_a_call = 3, .members = 3});
  EXPECT_EQ(chat.groups.create(chat.actor(1), {.name = ""}).error().code, Error::Code::kInvalid);
  EXPECT_EQ(chat.groups.create(chat.actor(1), {.name = "x", .members = std::vector<Uid>(4)}).error().code,
            Error::Code::kInvalid);
  const auto conv = chat.groups.create(chat.actor(1), {.name = "x", .members = {Uid(2)}}).value().place.conv;
  EXPECT_EQ(chat.groups.invite(chat.actor(1), conv, {Uid(3), Uid(4)}).error().code, Error::Code::kConflict);
  EXPECT_EQ(chat.groups.info(chat.actor(1), conv).value().members, 2);
  EXPECT_TRUE(chat.groups.invite(chat.actor(1), conv, {Uid(3)}).ok());
  EXPECT_EQ(chat.groups.kick(chat.actor(1), chat.p2p(1, 2), Uid(2)).error().code, Error::Code::kDenied);
}

}  // namespace
}  // namespace im::logic::chat
