#include "logic/push/push_service.hpp"

#include <optional>

#include <gtest/gtest.h>

#include "tests/unit/logic/logic_fakes.hpp"

namespace im::logic {
namespace {

SessionInfo session(std::int64_t uid, const std::string& key, CometInstance comet, std::uint32_t slot) {
  SessionInfo out;
  out.uid = Uid(uid);
  out.key = key;
  out.comet = comet;
  out.conn = ConnId(0, slot, 1);
  return out;
}

class PushServiceTest : public testing::Test {
 protected:
  PushService::Done note() {
    return [this](const Status& status) { result_ = status; };
  }
  void answer(LocateAnswer found) { sessions_.locates.back().second(std::move(found)); }

  FakeSessions sessions_;
  FakeQueue queue_;
  std::vector<CometInstance> known_{kTwo};
  PushService push_{sessions_, queue_, [this] { return known_; }};
  std::optional<Status> result_;
};

TEST_F(PushServiceTest, IsAnsweredOnlyAfterEveryRecordIsAcknowledged) {
  push_.to_users(7, {5, 6}, "hi", note());
  answer({.by_uid = {{session(5, "a", kOne, 1)}, {session(6, "b", kTwo, 2)}}});
  ASSERT_EQ(queue_.pushes.size(), 2U);
  EXPECT_FALSE(result_);
  queue_.pushes[1].second(Ok{});
  EXPECT_FALSE(result_);
  queue_.pushes[0].second(Ok{});
  ASSERT_TRUE(result_);
  EXPECT_TRUE(result_->ok());
}

TEST_F(PushServiceTest, WhoHasNoUserIsLookedForByEveryComet) {
  push_.to_userless(5, "hi", note());
  LocateAnswer found;
  found.nodes = {kOne, kTwo};
  answer(found);
  ASSERT_EQ(queue_.pushes.size(), 1U);
  const QueuedPush& record = queue_.pushes[0].first;
  EXPECT_EQ(record.targets.size(), 2U);
  EXPECT_EQ(record.lookup_uids, std::vector{Uid()});
  EXPECT_EQ(record.order_key, "0");
}

TEST_F(PushServiceTest, OneRefusedRecordMakesTheCallFail) {
  push_.to_users(7, {5, 6}, "hi", note());
  answer({.by_uid = {{session(5, "a", kOne, 1)}, {session(6, "b", kTwo, 2)}}});
  queue_.pushes[0].second(Error{Error::Code::kUnavailable, "no broker"});
  queue_.pushes[1].second(Ok{});
  ASSERT_TRUE(result_);
  EXPECT_EQ(result_->error().message, "no broker");
}

TEST_F(PushServiceTest, AUsersDevicesShareOneRecordKeyedByTheUser) {
  push_.to_users(7, {5}, "hi", note());
  answer({.by_uid = {{session(5, "a", kOne, 1), session(5, "b", kTwo, 2), session(5, "c", kOne, 3)}}});
  ASSERT_EQ(queue_.pushes.size(), 1U);
  const QueuedPush& record = queue_.pushes[0].first;
  EXPECT_EQ(record.order_key, "5");
  ASSERT_EQ(record.targets.size(), 2U);
  EXPECT_EQ(record.targets[0].comet, kOne);
  EXPECT_EQ(record.targets[0].conns.size(), 2U);
}

TEST_F(PushServiceTest, APushByKeyHasThePartitionOfTheKeyWhateverWasFound) {
  push_.to_keys(7, {"a", "nobody's"}, "hi", note());
  answer({.by_key = {{session(5, "a", kOne, 1)}, {session(0, "nobody's", kOne, 2)}}});
  LocateAnswer unsure;
  unsure.complete = false;
  unsure.by_key.resize(1);
  unsure.unknown_keys = {true};
  unsure.nodes = {kOne};
  push_.to_keys(7, {"a"}, "hi", note());
  answer(unsure);
  ASSERT_EQ(queue_.pushes.size(), 3U);
  EXPECT_EQ(queue_.pushes[0].first.order_key, "a");
  EXPECT_EQ(queue_.pushes[1].first.order_key, "nobody's");
  EXPECT_EQ(queue_.pushes[2].first.order_key, "a") << "a router that is unsure moved it";
}

TEST_F(PushServiceTest, AThousandUsersShareOneEncodedContent) {
  std::vector<std::int64_t> uids;
  LocateAnswer found;
  for (std::int64_t uid = 1; uid <= 1000; ++uid) {
    uids.push_back(uid);
    found.by_uid.push_back({session(uid, "a", kOne, 1)});
  }
  push_.to_users(7, uids, "hi", note());
  answer(found);
  ASSERT_EQ(queue_.pushes.size(), 1000U);
  EXPECT_EQ(*queue_.pushes[0].first.content, *encode(7, "hi"));
  for (const auto& [push, done] : queue_.pushes) EXPECT_EQ(push.content, queue_.pushes[0].first.content);
}

TEST_F(PushServiceTest, ANamedOrderKeyReplacesThatOfTheReceiver) {
  PushSpec spec(7);
  spec.order_key = "conv/9";
  push_.to_users(spec, {5}, "hi", note());
  answer({.by_uid = {{session(5, "a", kOne, 1)}}});
  push_.to_room(spec, "live://1", "hi", note());
  answer({.by_room = {{kOne}}});
  push_.to_all(spec, 0, "hi", note());
  answer({.nodes = {kOne}});
  for (const auto& [push, done] : queue_.pushes) EXPECT_EQ(push.order_key, "conv/9");
  EXPECT_EQ(queue_.pushes.size(), 3U);
}

TEST_F(PushServiceTest, OwnOpsAreForSessionsThatSaidHello) {
  EXPECT_EQ(PushSpec(99).facts.audience, PushAudience::kAccepting);
  EXPECT_EQ(PushSpec(100).facts.audience, PushAudience::kHello);
  EXPECT_EQ(PushSpec(102).facts.audience, PushAudience::kHello);
  EXPECT_EQ(PushSpec(103).facts.audience, PushAudience::kAccepting);
}

TEST_F(PushServiceTest, NobodyThereIsNoRecordAndNoError) {
  push_.to_room(7, "live://1", "hi", note());
  answer({.by_room = {{}}});
  EXPECT_TRUE(queue_.pushes.empty());
  ASSERT_TRUE(result_);
  EXPECT_TRUE(result_->ok());
  EXPECT_EQ(push_.stats().offline, 1U);
}

TEST_F(PushServiceTest, ARouterThatForgotSendsEverythingToEveryComet) {
  push_.to_users(7, {5}, "hi", note());
  answer({.by_uid = {{}}, .nodes = {kOne}, .complete = false});
  ASSERT_EQ(queue_.pushes.size(), 1U);
  EXPECT_EQ(queue_.pushes[0].first.targets.size(), 2U);  // the router's and the one this logic knew
  EXPECT_EQ(queue_.pushes[0].first.lookup_uids, std::vector<Uid>{Uid(5)});
  push_.to_room(7, "live://1", "hi", note());
  answer({.by_room = {{}}, .nodes = {kOne}, .complete = false});
  EXPECT_EQ(queue_.pushes[1].first.targets.size(), 2U);
}

TEST_F(PushServiceTest, WhoAsksIsToldWhatTheRoutersKnewOfEachTarget) {
  PushSpec spec(7);
  spec.reach = std::make_shared<PushReach>();
  push_.to_users(spec, {5, 6, 8}, "hi", note());
  LocateAnswer found{.by_uid = {{session(5, "a", kOne, 1), session(5, "b", kTwo, 2)}, {}, {}}, .nodes = {kOne}};
  found.complete = false;
  found.unknown_uids = {false, false, true};
  answer(found);
  EXPECT_EQ(spec.reach->queued, 1U);
  EXPECT_EQ(spec.reach->offline, 1U);
  EXPECT_EQ(spec.reach->unknown, 1U);
  EXPECT_EQ(spec.reach->sessions, 2U);
  EXPECT_EQ(spec.reach->comets.size(), 2U) << "each once";

  spec.reach = std::make_shared<PushReach>();
  push_.to_room(spec, "live://1", "hi", note());
  answer({.by_room = {{}}});
  EXPECT_EQ(spec.reach->offline, 1U);
  EXPECT_FALSE(spec.reach->sessions) << "nobody counts the members of a room here";
}

TEST_F(PushServiceTest, NoUserBelowOne) {
  push_.to_users(7, {0, -3}, "hi", note());
  answer({.by_uid = {{session(0, "a", kOne, 1)}, {}}});
  EXPECT_TRUE(queue_.pushes.empty());
  EXPECT_TRUE(result_->ok());
}

TEST_F(PushServiceTest, ADeadRouterIsAnError) {
  push_.to_room(7, "live://1", "hi", note());
  sessions_.locates.back().second(Error{Error::Code::kUnavailable, "router is down"});
  ASSERT_TRUE(result_);
  EXPECT_EQ(result_->error().message, "router is down");
  EXPECT_TRUE(queue_.pushes.empty());
}

}  // namespace
}  // namespace im::logic
