#include "logic/calls/call_delivery.hpp"

#include <gtest/gtest.h>

#include "tests/unit/logic/calls/call_fakes.hpp"
#include "tests/unit/logic/logic_fakes.hpp"

namespace im::logic {
namespace {

namespace pb = im::calls;

class LateGateway final : public CometGateway {
 public:
  void send(const CometInstance& comet, CometCommand command, Reached done) override {
    sent.emplace_back(comet, std::get<DirectPush>(std::move(command)));
    waiting.push_back(std::move(done));
  }
  void kick_everywhere(Kick, Reached) override { FAIL() << "nobody is kicked"; }
  void trace(const TraceAsk&, Traced) override { FAIL() << "nobody traces"; }
  std::vector<std::pair<CometInstance, DirectPush>> sent;
  std::vector<Reached> waiting;
};

class CallDeliveryTest : public testing::Test {
 protected:
  pb::Record record_;
  google::protobuf::RepeatedPtrField<pb::Event> events_;
  FakeCalls calls_;
  LateGateway gateway_;
  FakeSessions sessions_;
  UserEvents users_{sessions_, gateway_};
  CallDelivery delivery_{calls_, gateway_, users_};

  void SetUp() override { record_.set_id(7); }
  pb::Event& to_party(std::uint64_t number, std::uint64_t conn) {
    pb::Event& event = *events_.Add();
    event.set_number(number);
    event.set_kind(4);
    event.set_to_party(1);
    event.mutable_route()->mutable_comet()->set_number(kOne.number.value());
    event.mutable_route()->mutable_comet()->set_epoch(kOne.epoch.value());
    event.mutable_route()->set_conn(conn);
    return event;
  }
  void deliver() {
    delivery_.deliver(record_, events_);
    events_.Clear();
  }
};

TEST_F(CallDeliveryTest, WhatBecameOfAllIsToldOnce) {
  to_party(1, 5);
  to_party(2, 6);
  deliver();
  ASSERT_EQ(gateway_.waiting.size(), 2U);
  EXPECT_EQ(gateway_.sent[0].first, kOne);
  EXPECT_EQ(gateway_.sent[0].second.conns, std::vector<ConnId>{ConnId(5)});
  gateway_.waiting[0](1);
  gateway_.waiting[1](0);
  EXPECT_TRUE(calls_.settled.empty());
  gateway_.waiting.clear();
  ASSERT_EQ(calls_.settled.size(), 1U);
  EXPECT_EQ(calls_.settled[0].call(), 7U);
  EXPECT_TRUE(calls_.settled[0].events(0).arrived());
  EXPECT_FALSE(calls_.settled[0].events(1).arrived()) << "no connection took it";
  EXPECT_EQ(calls_.settled[0].events(1).route().conn(), 6U);
}

TEST_F(CallDeliveryTest, WhatNobodyKnowsOfIsNotSettled) {
  to_party(1, 5);
  to_party(2, 5);
  to_party(3, 5);
  deliver();
  gateway_.waiting[0](Error{Error::Code::kTimeout, ""});
  gateway_.waiting[1](Error{Error::Code::kOverloaded, ""});
  gateway_.waiting[2](Error{Error::Code::kNotFound, "the comet is gone"});
  gateway_.waiting.clear();
  ASSERT_EQ(calls_.settled.size(), 1U);
  ASSERT_EQ(calls_.settled[0].events_size(), 1);
  EXPECT_EQ(calls_.settled[0].events(0).number(), 3U);
  EXPECT_FALSE(calls_.settled[0].events(0).arrived());
}

/// It is heard of by nothing else: who counted it as lost would count it so for ever.
TEST_F(CallDeliveryTest, APageIsLostWhenItsCometHasNoSuchConnectionAndNotBefore) {
  for (std::uint64_t number = 1; number <= 4; ++number) to_party(number, 5).mutable_route()->set_page("5");
  deliver();
  gateway_.waiting[0](Error{Error::Code::kUnavailable, "the stream broke"});
  gateway_.waiting[1](Error{Error::Code::kNotFound, "no such comet, as far as this logic knows"});
  gateway_.waiting[2](0);
  gateway_.waiting[3](1);
  gateway_.waiting.clear();
  ASSERT_EQ(calls_.settled.size(), 1U);
  ASSERT_EQ(calls_.settled[0].events_size(), 2);
  EXPECT_EQ(calls_.settled[0].events(0).number(), 3U);
  EXPECT_FALSE(calls_.settled[0].events(0).arrived());
  EXPECT_TRUE(calls_.settled[0].events(1).arrived());
}

TEST_F(CallDeliveryTest, APartyWithoutAConnectionIsLostAtOnce) {
  to_party(1, 0);
  deliver();
  EXPECT_TRUE(gateway_.sent.empty());
  ASSERT_EQ(calls_.settled.size(), 1U);
  EXPECT_FALSE(calls_.settled[0].events(0).arrived());
}

TEST_F(CallDeliveryTest, AUserWithoutADeviceIsNoFailure) {
  pb::Event& event = *events_.Add();
  event.set_number(9);
  event.set_kind(1);
  event.set_uid(5);
  deliver();
  sessions_.locates.back().second(LocateAnswer{.by_uid = {{}}});
  sessions_.locates.clear();
  ASSERT_EQ(calls_.settled.size(), 1U);
  EXPECT_TRUE(calls_.settled[0].events(0).arrived());
}

}  // namespace
}  // namespace im::logic
