#include "logic/calls/call_entries.hpp"

#include <algorithm>
#include <future>

#include <gtest/gtest.h>

#include "logic/calls/call_add.hpp"
#include "logic/store/user_kind.hpp"
#include "tests/unit/logic/calls/call_fakes.hpp"

namespace im::logic {
namespace {

namespace json = boost::json;
namespace pb = im::calls;

class CallEntriesTest : public testing::Test, public CallStack {
 protected:
  CallAdd add_{{asker, busy, targets, pool}, entries};
  RequestLimits limits_{Rate(), {}};
  RequestRouter router_{limits_, {}};

  void SetUp() override { add_.add_requests(router_); }
  /// 0: it went well.
  int code(const std::function<void(const Reply&)>& run) {
    std::promise<int> told;
    run([&told](const Answer& answer) {
      const auto* failure = std::get_if<Failure>(&answer.result);
      told.set_value(failure == nullptr ? 0 : static_cast<int>(failure->code));
    });
    return told.get_future().get();
  }
  int add(std::int64_t uid, std::uint32_t party, const std::string& callees) {
    const std::string body = R"({"cmd":"call.add","call_id":"c0000000000000007","party_id":"p)" +
                             std::to_string(party) + R"(","callee":)" + callees + "}";
    return code([&](const Reply& reply) { router_.run(caller(uid), body, reply); });
  }
  /// Users 1 and 2 talk.
  void talking() {
    pb::Record& call = *calls.reply.mutable_record();
    call.set_id(7);
    call.set_scope("pair:1:2");
    call.set_state(3);
    for (const std::uint32_t id : {1U, 2U}) {
      auto& party = *call.add_parties();
      party.set_id(id);
      party.mutable_device()->set_uid(id);
    }
  }
  std::int64_t conversations() {
    return chat.database.open()->select({"SELECT COUNT(*) FROM conversations", 1}).value()[0].number(0);
  }
};

TEST_F(CallEntriesTest, PagesCallEachOtherByThemselves) {
  const auto page = [this] {
    auto db = chat.database.open();
    const auto uid = db->insert("INSERT INTO users (kind, name, avatar, created_ms) VALUES (?, ?, ?, ?)",
                                {store::kPageUser, "p", "", 1})
                         .value();
    EXPECT_TRUE(db->execute("INSERT INTO webim_online (uid, slot, fd, since_ms, told) VALUES (?, 0, ?, 1, 1)",
                            {uid, std::to_string(uid)})
                    .ok());
    return uid;
  };
  const std::int64_t from = page(), to = page();
  EXPECT_EQ(code([&](const Reply& reply) {
              entries.page_asks(caller(from), {std::to_string(from), "audio", "r", Uid(to)}, reply);
            }),
            4404);
  EXPECT_TRUE(calls.asked().empty());
}

TEST_F(CallEntriesTest, OnlyAPartyOpensConversationsByAddingPeople) {
  talking();
  const std::int64_t before = conversations();
  EXPECT_EQ(add(1, 2, "[3,4]"), 4403) << "somebody else's part";
  EXPECT_EQ(add(3, 1, "[4]"), 4403);
  calls.reply.mutable_record()->mutable_parties(0)->set_left(true);
  EXPECT_EQ(add(1, 1, "[3]"), 4410);
  EXPECT_EQ(conversations(), before);
  calls.reply.mutable_record()->mutable_parties(0)->set_left(false);
  EXPECT_EQ(add(1, 1, "[3]"), 0);
  EXPECT_EQ(conversations(), before + 1);
  ASSERT_EQ(calls.asked().back().op(), pb::ADD);
  EXPECT_EQ(calls.asked().back().callees(0).uid(), 3);
}

TEST_F(CallEntriesTest, WhoKnowsOfNoSuchCallOpensNone) {
  calls.reply.set_code(4404);
  const std::int64_t before = conversations();
  EXPECT_EQ(add(1, 1, "[3]"), 4404);
  EXPECT_EQ(conversations(), before);
}

/// 1 rings a group: 2 has blocked them, 3 is in another call, 4 is free.
TEST_F(CallEntriesTest, OfAGroupOnlyWhoIsFreeAndWantsToIsRung) {
  const auto group = chat.groups.create(chat.actor(1), {.name = "g", .members = {Uid(2), Uid(3), Uid(4)}}).value();
  ASSERT_TRUE(chat.contacts.block(chat.actor(2), Uid(1), true).ok());
  pb::Record& other = *calls.reply.mutable_record();
  other.set_scope("pair:3:9");
  auto& party = *other.add_parties();
  party.mutable_device()->set_uid(3);
  busy.keep(Uid(3), "pair:3:9");
  entries.add_requests(router_);
  const std::string body =
      R"({"cmd":"call.invite","client_call_id":"g1","conv_id":)" + std::to_string(group.place.conv.value()) + "}";
  code([&](const Reply& reply) { router_.run(caller(1), body, reply); });
  const auto asked = calls.asked();
  const auto invite = std::ranges::find_if(asked, [](const auto& one) { return one.op() == pb::INVITE; });
  ASSERT_NE(invite, asked.end());
  std::string told;
  for (const auto& callee : invite->callees()) told += std::to_string(callee.uid()) + (callee.told() ? "+" : "-");
  EXPECT_EQ(told, "2-3-4+");
}

}  // namespace
}  // namespace im::logic
