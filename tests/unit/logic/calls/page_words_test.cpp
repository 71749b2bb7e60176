#include "logic/calls/page_words.hpp"

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <gtest/gtest.h>

#include "logic/calls/call_json.hpp"
#include "logic/calls/call_late.hpp"

namespace im::logic {
namespace {

namespace json = boost::json;
namespace pb = im::calls;

/// Of 11, who is at a page, to 12.
pb::Record page_calls() {
  pb::Record call;
  call.set_id(7);
  call.set_kind(2);
  call.set_state(1);
  call.set_caller(11);
  call.set_room("r1");
  auto& party = *call.add_parties();
  party.set_id(1);
  party.mutable_device()->set_uid(11);
  party.mutable_device()->set_page("11");
  auto& callee = *call.add_callees();
  callee.set_uid(12);
  callee.set_told(true);
  return call;
}

pb::Event to_caller(std::uint32_t kind, std::int64_t by) {
  pb::Event event;
  event.set_kind(kind);
  event.set_to_party(1);
  event.set_uid(11);
  event.set_by(by);
  return event;
}

std::string data_of(const json::value& words) {
  return words.is_null() ? "" : std::string(words.at("data").as_string());
}

TEST(PageWords, WhoCallsHearsOkOrRefused) {
  pb::Record call = page_calls();
  const json::value ok = page_words(to_caller(3, 12), call);
  EXPECT_EQ(json::serialize(ok), R"({"cmd":"fromMsg","from":12,"to":11,"channal":1,"type":"video","data":"ok"})");
  for (const std::int64_t by : {0, 12}) EXPECT_EQ(data_of(page_words(to_caller(4, by), call)), "gg") << by;
  EXPECT_EQ(data_of(page_words(to_caller(4, 11), call)), "") << "its own word";
  call.set_answered_by(2);
  EXPECT_EQ(data_of(page_words(to_caller(4, 12), call)), "") << "they have talked";
}

TEST(PageWords, AnotherDeviceThatTakesThePartOverIsNoSecondAnswer) {
  pb::Event event = to_caller(3, 12);
  event.set_word("replaced");
  EXPECT_TRUE(page_words(event, page_calls()).is_null());
}

TEST(PageWords, WhoIsCalledHearsOfTheRingAndOfNoEnd) {
  pb::Record call = page_calls();
  call.mutable_parties(0)->mutable_device()->clear_page();
  call.mutable_callees(0)->set_page("fdfdfdfdfdfdfdfd000000000000000c");
  pb::Event event;
  event.set_kind(1);
  event.set_uid(12);
  event.set_by(11);
  const json::object ask = page_words(event, call).as_object();
  EXPECT_EQ(ask.at("data"), "ask");
  EXPECT_EQ(ask.at("room"), "r1");
  EXPECT_EQ(ask.at("to"), "fdfdfdfdfdfdfdfd000000000000000c");
  event.set_kind(4);
  EXPECT_TRUE(page_words(event, call).is_null()) << "its own \"refused\" would make it begin anew";
  event.set_uid(99);
  event.set_kind(1);
  EXPECT_TRUE(page_words(event, call).is_null()) << "not a page";
}

TEST(PageWords, AreWithinTheEventThatOthersGet) {
  pb::Record call = page_calls();
  const json::object out = json::parse(call_event_json(to_caller(3, 12), call)).as_object();
  EXPECT_EQ(out.at("cmd"), "call.accepted");
  EXPECT_EQ(out.at("webim").at("data"), "ok");
  EXPECT_EQ(out.at("room"), "r1");
  pb::Event ring;
  ring.set_kind(1);
  ring.set_uid(12);
  ring.set_by(11);
  const json::object incoming = json::parse(call_event_json(ring, call)).as_object();
  EXPECT_FALSE(incoming.contains("webim"));
  EXPECT_EQ(incoming.at("room"), "r1");
}

class CallLate : public testing::Test {
 protected:
  pb::ApplyReply reply;
  CallLate() {
    *reply.mutable_record() = page_calls();
    reply.mutable_record()->mutable_callees(0)->add_rang("phone");
    reply.set_ring_left_ms(5000);
  }
  pb::Record& call() { return *reply.mutable_record(); }
  int kind(const std::string& key) {
    const auto event = late_event(reply, Uid(12), key);
    return event ? static_cast<int>(event->kind()) : 0;
  }
};

TEST_F(CallLate, RingsWithTheRest) {
  EXPECT_EQ(kind("tablet"), 1);
  EXPECT_EQ(late_event(reply, Uid(12), "tablet")->ms(), 5000);
  EXPECT_FALSE(late_event(reply, Uid(11), "tablet").has_value()) << "who called is not rung";
}

TEST_F(CallLate, WhoRangHearsThatItIsOver) {
  call().set_state(4);
  call().set_reason(2);
  call().mutable_callees(0)->set_done(true);
  EXPECT_EQ(kind("tablet"), 0) << "it never rang";
  EXPECT_EQ(kind("phone"), 4);
  EXPECT_EQ(late_event(reply, Uid(12), "phone")->reason(), 2U);
}

/// The group goes on: what is over is the ring.
TEST_F(CallLate, WhoDeclinedOnAnotherDeviceHearsThatItWasHandled) {
  call().set_state(3);
  call().set_group(true);
  call().set_ring_until(0);
  call().mutable_callees(0)->set_done(true);
  call().mutable_callees(0)->set_declined(true);
  EXPECT_EQ(kind("phone"), 5);
  EXPECT_EQ(late_event(reply, Uid(12), "phone")->word(), "rejected");
  call().mutable_callees(0)->set_declined(false);
  EXPECT_EQ(kind("phone"), 4) << "nobody answered in time";
  EXPECT_EQ(late_event(reply, Uid(12), "phone")->reason(), 5U);
}

TEST_F(CallLate, EachRingHasItsOwnRest) {
  call().set_group(true);
  call().set_ring_until(20'000);  // it is 15,000
  call().mutable_callees(0)->set_until(50'000);
  EXPECT_EQ(late_event(reply, Uid(12), "tablet")->ms(), 35'000);
}

TEST_F(CallLate, WhoRangHearsThatAnotherDeviceTookIt) {
  call().set_state(3);
  call().mutable_callees(0)->set_done(true);
  auto& desk = *call().add_parties();
  desk.mutable_device()->set_uid(12);
  desk.mutable_device()->set_key("desk");
  EXPECT_EQ(kind("phone"), 5);
  desk.mutable_device()->set_key("phone");
  EXPECT_EQ(kind("phone"), 0) << "it is the device that talks";
}

TEST_F(CallLate, WhoWasNeverToldIsNotToldNow) {
  call().mutable_callees(0)->set_told(false);
  EXPECT_EQ(kind("phone"), 0);
}

}  // namespace
}  // namespace im::logic
