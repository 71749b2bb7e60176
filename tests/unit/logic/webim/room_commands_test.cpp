#include "logic/webim/room_commands.hpp"

#include <future>

#include <boost/json.hpp>
#include <gtest/gtest.h>

#include "tests/unit/logic/calls/call_fakes.hpp"

namespace im::logic::webim {
namespace {

namespace json = boost::json;

/// Every comet takes it, or says what the test says.
class SayingGateway final : public CometGateway {
 public:
  void send(const CometInstance&, CometCommand, Reached done) override {
    ++sent;
    done(answer);
  }
  void kick_everywhere(Kick, Reached done) override { done(0); }
  void trace(const TraceAsk&, Traced) override {}
  Result<std::int32_t> answer = 1;
  int sent = 0;
};

/// All are where the test put them.
class RoomCommandsTest : public testing::Test, public CallStack {
 protected:
  void SetUp() override { commands_.add_requests(router_); }
  /// The code that the page's client is told; 0: none.
  std::int64_t says(std::int64_t uid, json::object event) {
    event["cmd"] = "room";
    event["room"] = "r";
    Caller caller = CallStack::caller(uid);
    caller.family = ClientFamily::kWebim;
    std::promise<json::object> got;
    router_.run(caller, json::serialize(event),
                [&got](const Answer& answer) { got.set_value(json::parse(to_json(answer)).as_object()); });
    const json::object answer = got.get_future().get();
    return answer.at("ok").as_bool() ? 0 : answer.at("code").as_int64();
  }
  std::int64_t joins(std::int64_t uid) { return says(uid, {{"event", "createAndJoinRoom"}}); }
  std::int64_t offers() { return says(1, {{"event", "offer"}, {"to", 2}, {"sdp", "v=0"}}); }

  /// What the pool has to do is done: it has one thread.
  void all_done() {
    std::promise<void> done;
    ASSERT_TRUE(pool.post([&done] { done.set_value(); }).ok());
    done.get_future().wait();
  }
  void age() { chat.database.open()->execute("UPDATE webim_exits SET tried_ms = tried_ms - 11000"); }

  SayingGateway comets_;
  UserEvents events_{sessions, comets_};
  RoomBook book_{*chat.store};
  RoomVoice voice_{book_, events_, pool};
  StayCheck stays_{sessions, {[](const std::vector<Stay>&) {}, [](const std::vector<Stay>&) {}}};
  RequestLimits limits_{Rate(0, 0), {}};
  RequestRouter router_{limits_, {}};
  RoomCommands commands_{{book_, voice_, stays_, pool}};
};

TEST_F(RoomCommandsTest, ASignalThatIsLostIsAnErrorAndCounted) {
  ASSERT_EQ(joins(1) + joins(2), 0);
  EXPECT_EQ(offers(), 0);
  comets_.answer = Error{Error::Code::kUnavailable, "no whole list of the comets has come"};
  EXPECT_EQ(offers(), 4503) << "103 to the page, which may say it again";
  EXPECT_EQ(voice_.stats().failed, 1U);
  comets_.answer = 0;
  EXPECT_EQ(offers(), 0) << "its connection has gone";
  comets_.answer = Error{Error::Code::kNotFound, "the comet has ended"};
  EXPECT_EQ(offers(), 0) << "and with it who was there";
  EXPECT_EQ(voice_.stats().nobody, 2U);
  EXPECT_EQ(voice_.stats().failed, 1U);
}

TEST_F(RoomCommandsTest, AnExitThatWasNotHeardIsToldByTheRound) {
  ASSERT_EQ(joins(1) + joins(2), 0);
  comets_.answer = Error{Error::Code::kUnavailable, "not now"};
  ASSERT_EQ(says(2, {{"event", "exit"}}), 0);
  all_done();
  ASSERT_TRUE(book_.owed("r", Uid(2)).value());
  comets_.answer = 1;
  comets_.sent = 0;
  ASSERT_TRUE(voice_.tell_owed().ok());
  EXPECT_EQ(comets_.sent, 0) << "whoever took them out may still be telling it";
  age();
  ASSERT_TRUE(voice_.tell_owed().ok());
  all_done();
  EXPECT_EQ(comets_.sent, 1);
  EXPECT_FALSE(book_.owed("r", Uid(2)).value());
  ASSERT_EQ(joins(2), 0);
  ASSERT_EQ(says(2, {{"event", "exit"}}), 0);
  all_done();
  EXPECT_FALSE(book_.owed("r", Uid(2)).value()) << "that one was heard";
}

/// The others would drop who has just come back.
TEST_F(RoomCommandsTest, WhoComesInAgainIsFirstToldToHaveLeft) {
  ASSERT_EQ(joins(1) + joins(2), 0);
  comets_.answer = Error{Error::Code::kUnavailable, "not now"};
  ASSERT_EQ(says(2, {{"event", "exit"}}), 0);
  comets_.answer = 1;
  comets_.sent = 0;
  ASSERT_EQ(joins(2), 0);
  EXPECT_EQ(comets_.sent, 2) << "the exit to one, and that they joined to both, who are on one comet";
  age();
  ASSERT_TRUE(voice_.tell_owed().ok());
  all_done();
  EXPECT_EQ(comets_.sent, 2) << "nothing is owed any more";
}

/// They are in the book, and the newcomer makes the offers.
TEST_F(RoomCommandsTest, WhoJoinsIsInTheRoomThoughOthersDidNotHearOfIt) {
  ASSERT_EQ(joins(1), 0);
  comets_.answer = Error{Error::Code::kUnavailable, "not now"};
  EXPECT_EQ(joins(2), 0);
  EXPECT_EQ(book_.members("r").value().size(), 2U);
  EXPECT_EQ(voice_.stats().failed, 1U);
  EXPECT_EQ(says(2, {{"event", "exit"}}), 0);
  EXPECT_EQ(book_.members("r").value().size(), 1U);
}

}  // namespace
}  // namespace im::logic::webim
