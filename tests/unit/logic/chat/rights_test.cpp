#include "logic/chat/rights.hpp"

#include <gtest/gtest.h>

namespace im::logic::chat {
namespace {

constexpr const char* kActions[] = {"read",   "send",  "edit",   "recall",   "react",    "pin",  "settings",
                                    "see",    "join",  "invite", "approve",  "kick",     "mute", "announce",
                                    "rename", "leave", "role",   "transfer", "dissolve", "say"};

/// Which of the actions are allowed, "+" or ".", in the order above.
std::string row(const Standing& standing) {
  const Rights rights{Limits{}};
  std::string row;
  for (std::size_t i = 0; i < std::size(kActions); ++i)
    row += rights.may(standing, static_cast<Action>(i), 1000).ok() ? '+' : '.';
  return row;
}
Standing group(Role role) { return {.kind = ConvKind::kGroup, .role = role, .join_mode = JoinMode::kApproval}; }

TEST(Rights, Matrix) {
  //                                        rserrps sj iakma rl rtds
  EXPECT_EQ(row(group(Role::kOwner)), "+++++++++++++++++++.");
  EXPECT_EQ(row(group(Role::kAdmin)), "++++++++++++++++....");
  EXPECT_EQ(row(group(Role::kMember)), "+++++.++++.....+....");
  EXPECT_EQ(row(group(Role::kNone)), ".......++...........");
  EXPECT_EQ(row({.kind = ConvKind::kP2p, .role = Role::kMember}), "+++++++.............");
  EXPECT_EQ(row({.kind = ConvKind::kP2p, .role = Role::kNone}), "....................");
  EXPECT_EQ(row({.kind = ConvKind::kRoom}), "+..................+");
}

TEST(Rights, WhatDoesNotGoHereSaysWhereItDoes) {
  const Rights rights{Limits{}};
  const auto why = [&](const Standing& standing, Action action) {
    return rights.may(standing, action, 1000).error().message;
  };
  const Standing room{.kind = ConvKind::kRoom}, two{.kind = ConvKind::kP2p, .role = Role::kMember};
  EXPECT_EQ(why(room, Action::kSend), "rooms and the lobby do not take this; a conversation of two or a group does");
  EXPECT_EQ(why(room, Action::kKick), "only a group has this");
  EXPECT_EQ(why(two, Action::kKick), "only a group has this");
  EXPECT_EQ(why(two, Action::kSay), "only rooms and the lobby take this");
  EXPECT_EQ(why(group(Role::kOwner), Action::kSay), "only rooms and the lobby take this");
}

TEST(Rights, MutedDissolvedInvited) {
  auto muted = group(Role::kMember);
  muted.muted_until_ms = 1001;
  EXPECT_EQ(row(muted), "+..+..+++......+....");
  muted.muted_until_ms = 1000;
  EXPECT_EQ(row(muted), row(group(Role::kMember)));
  muted.muted_all = true;
  EXPECT_EQ(row(muted), "+..+..+++......+....");
  auto admin = group(Role::kAdmin);
  admin.muted_all = true;
  EXPECT_EQ(row(admin), row(group(Role::kAdmin)));
  auto dissolved = group(Role::kOwner);
  dissolved.dissolved = true;
  EXPECT_EQ(row(dissolved), "+.....+........+....");
  auto closed = group(Role::kNone);
  closed.join_mode = JoinMode::kInvite;
  EXPECT_EQ(row(closed), "....................");
}

TEST(Rights, WhoAnOperatorHasSilencedWritesNowhereWhateverTheRole) {
  for (auto standing : {group(Role::kOwner), Standing{.kind = ConvKind::kP2p, .role = Role::kMember},
                        Standing{.kind = ConvKind::kRoom}}) {
    const auto before = row(standing);
    standing.silenced_until_ms = 1001;
    auto silenced = before;
    for (const std::size_t spoken : {1, 2, 4, 9, 19}) silenced[spoken] = '.';
    EXPECT_EQ(row(standing), silenced);
    standing.silenced_until_ms = 1000;
    EXPECT_EQ(row(standing), before);
  }
}

TEST(Rights, StrangersHearThatItIsNotThere) {
  const Rights rights{Limits{}};
  for (std::size_t i = 0; i < std::size(kActions); ++i)
    for (const auto& standing : {group(Role::kNone), Standing{.kind = ConvKind::kP2p}}) {
      const auto may = rights.may(standing, static_cast<Action>(i), 0);
      EXPECT_TRUE(may.ok() || may.error().code == Error::Code::kNotFound) << kActions[i];
    }
}

TEST(Rights, WindowsOfOnesOwnMessages) {
  const Rights rights{{.edit_ms = 100, .recall_ms = 10}};
  const Message mine{.seq = 5, .type = "text", .sender = Uid(1), .ts = 1000};
  const auto member = group(Role::kMember);
  auto may = [&](Action action, Uid caller, std::int64_t now) {
    return rights.may_change(member, action, caller, mine, now).ok();
  };
  EXPECT_TRUE(may(Action::kEdit, Uid(1), 1100));
  EXPECT_FALSE(may(Action::kEdit, Uid(1), 1101));
  EXPECT_TRUE(may(Action::kRecall, Uid(1), 1010));
  EXPECT_FALSE(may(Action::kRecall, Uid(1), 1011));
  EXPECT_FALSE(may(Action::kEdit, Uid(2), 1000));
  EXPECT_TRUE(rights.may_change(group(Role::kAdmin), Action::kRecall, Uid(2), mine, 9999).ok());
  EXPECT_FALSE(rights.may_change(group(Role::kOwner), Action::kEdit, Uid(2), mine, 1000).ok());
}

}  // namespace
}  // namespace im::logic::chat
