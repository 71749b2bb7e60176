#include "tests/unit/comet/poll/poll_door_fixture.hpp"

namespace im::comet {
namespace {

TEST_F(PollDoorTest, AWholeSession) {
  const std::string session = log_in(5);
  EXPECT_EQ(worker_.control.connects.back().transport, "poll");
  EXPECT_EQ(body_of(ask("type=sub&session_id=" + session)), R"({"success":1,"data":"{\"cmd\":\"login\"}"})");
  const int one = browser();
  post(one, "session_id=" + session + "&time=80", "/sub");
  EXPECT_EQ(heard(one), "");
  tell(R"({"a":1})");
  tell(R"({"b":2})");
  EXPECT_EQ(WorkerHarness::received(one),
            "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nCache-Control: no-store\r\n"
            "Access-Control-Allow-Origin: https://page.example\r\nContent-Length: 32\r\nConnection: keep-alive\r\n\r\n"
            R"({"success":1,"data":"{\"a\":1}"})");
  post(one, "type=sub&session_id=" + session);
  EXPECT_EQ(heard(one), R"({"success":1,"data":"{\"b\":2}"})");
}

TEST_F(PollDoorTest, StrangersAreRefused) {
  const std::string session = connect();
  EXPECT_EQ(ask("type=sub&session_id=" + std::string(32, '0')).substr(0, 12), "HTTP/1.1 403");
  EXPECT_EQ(ask("type=other").substr(0, 12), "HTTP/1.1 403");
  EXPECT_EQ(ask("type=other&session_id=" + session).substr(0, 12), "HTTP/1.1 404");
  std::string forged = session;
  forged.back() = forged.back() == '0' ? '1' : '0';
  EXPECT_EQ(ask("type=pub&message=x&session_id=" + forged).substr(0, 12), "HTTP/1.1 403");
  std::string elsewhere = session;
  elsewhere[1] = '7';
  EXPECT_EQ(ask("type=pub&message=x&session_id=" + elsewhere).substr(0, 12), "HTTP/1.1 403");
}

TEST_F(PollDoorTest, APollEndsWithoutAMessageAndASessionWithoutACall) {
  const std::string session = log_in(5);
  ask("type=sub&session_id=" + session);
  const int one = browser();
  post(one, "type=sub&session_id=" + session);
  wait(50 * ConnectionIo::kTicksPerSecond);
  EXPECT_EQ(heard(one), poll::kTimeout);
  EXPECT_EQ(worker_.control.ended.size(), 0U);
  wait(91 * ConnectionIo::kTicksPerSecond);
  ASSERT_EQ(worker_.control.ended.size(), 1U);
  EXPECT_EQ(worker_.control.ended.front().uid, Uid(5));
  EXPECT_EQ(ask("type=sub&session_id=" + session).substr(0, 12), "HTTP/1.1 403");
}

// covers I58
TEST_F(PollDoorTest, OfTwoPollsTheNewerOneWaits) {
  const std::string session = log_in(5);
  ask("type=sub&session_id=" + session);
  const int older = browser(), newer = browser();
  post(older, "type=sub&session_id=" + session);
  post(newer, "type=sub&session_id=" + session);
  EXPECT_EQ(heard(older), poll::kTimeout);
  tell("{}");
  EXPECT_EQ(heard(newer), R"({"success":1,"data":"{}"})");
}

// covers I59
TEST_F(PollDoorTest, WhatAVanishedPollMissedGoesToTheNextOne) {
  const std::string session = log_in(5);
  ask("type=sub&session_id=" + session);
  const int gone = browser();
  const std::uint32_t place = worker_.last_place;
  post(gone, "type=sub&session_id=" + session);
  // Its answer is on its way when the connection ends.
  worker_.io.send(worker_.io.place_of(conn_), Frame(ws::frame(ws::Opcode::kText, "{}")));
  worker_.io.drop(place, CloseReason::kPeerClosed);
  run();
  EXPECT_EQ(body_of(ask("type=sub&session_id=" + session)), R"({"success":1,"data":"{}"})");
}

/// With bytes behind its request nothing more is read of it, so its end must be seen without reading.
TEST_F(PollDoorTest, APollThatVanishesWithBytesBehindItGetsNothing) {
  const std::string session = log_in(5);
  ask("type=sub&session_id=" + session);
  const int gone = browser();
  post(gone, "type=sub&session_id=" + session);
  post(gone, "type=sub&session_id=" + session);
  ::shutdown(gone, SHUT_WR);
  worker_.pump();
  run();
  tell("{}");
  EXPECT_EQ(body_of(ask("type=sub&session_id=" + session)), R"({"success":1,"data":"{}"})");
}

TEST_F(PollDoorTest, WhatWaitsIsBounded) {
  const std::string session = log_in(5);
  const std::string words = "\"" + std::string(200 * 1024, 'x') + "\"";
  for (int i = 0; i < 6; ++i) {
    if (worker_.io.place_of(conn_) != ConnectionSlab::kNoPlace) tell(words);
  }
  EXPECT_EQ(worker_.io.place_of(conn_), ConnectionSlab::kNoPlace);
  EXPECT_EQ(worker_.stats.closed[static_cast<std::size_t>(CloseReason::kSlowConsumer)].value(), 1U);
  EXPECT_EQ(ask("type=sub&session_id=" + session).substr(0, 12), "HTTP/1.1 403");
}

class FullPollDoorTest : public PollDoorTest {
 protected:
  static constexpr std::size_t kMost = 256U * 1024;
  FullPollDoorTest() : PollDoorTest(0, kMost) {}
  /// A session that has fetched the answer to its login.
  std::string settle(std::int64_t uid) {
    const std::string session = log_in(uid);
    ask("type=sub&session_id=" + session);
    conns_.push_back(conn_);
    return session;
  }
  void tell_all(const Frame& frame) {
    for (const ConnId conn : conns_) {
      if (const auto place = worker_.io.place_of(conn); place != ConnectionSlab::kNoPlace)
        worker_.io.send(place, frame);
    }
    run();
  }
  static Frame line(std::size_t size) {
    return Frame(ws::frame(ws::Opcode::kText, "\"" + std::string(size, 'x') + "\""));
  }
  std::uint64_t ended() { return worker_.stats.closed[static_cast<std::size_t>(CloseReason::kPollBacklog)].value(); }
  std::vector<ConnId> conns_;
};

TEST_F(FullPollDoorTest, ALineThatWaitsForManyIsThereOnce) {
  std::vector<std::string> sessions;
  for (int uid = 1; uid <= 20; ++uid) sessions.push_back(settle(uid));
  EXPECT_EQ(worker_.stats.poll_bytes.value(), 0U);
  for (int i = 0; i < 10; ++i) tell_all(line(15'000));
  EXPECT_EQ(ended(), 0U) << "3 MB, were it a copy for each";
  EXPECT_LT(worker_.stats.poll_bytes.value(), kMost);
  EXPECT_GT(worker_.stats.poll_bytes.value(), 150'000U);
  for (const std::string& session : sessions) {
    for (int i = 0; i < 10; ++i)
      EXPECT_EQ(body_of(ask("type=sub&session_id=" + session)).size(), poll::with_data("").size() + 15'004);
  }
  EXPECT_EQ(worker_.stats.poll_bytes.value(), 0U);
}

TEST_F(FullPollDoorTest, WhoHasFetchedLeastEndsWhenAllTogetherHaveTooMuch) {
  std::vector<std::string> sessions;
  for (int uid = 1; uid <= 8; ++uid) sessions.push_back(settle(uid));
  for (int i = 0; i < 10; ++i) {
    for (const ConnId conn : conns_) {  // a line of its own for each
      if (const auto place = worker_.io.place_of(conn); place != ConnectionSlab::kNoPlace)
        worker_.io.send(place, line(15'000));
    }
    run();
    EXPECT_LE(worker_.stats.poll_bytes.value(), kMost);
    EXPECT_EQ(ask("type=sub&session_id=" + sessions.front()).substr(0, 12), "HTTP/1.1 200");
  }
  EXPECT_GT(ended(), 0U);
  EXPECT_NE(worker_.io.place_of(conns_.front()), ConnectionSlab::kNoPlace) << "it fetches what comes";
  EXPECT_EQ(worker_.stats.closed[static_cast<std::size_t>(CloseReason::kSlowConsumer)].value(), 0U);
  for (std::size_t i = 1; i < sessions.size(); ++i) {
    const bool ended = worker_.io.place_of(conns_[i]) == ConnectionSlab::kNoPlace;
    EXPECT_EQ(ask("type=sub&session_id=" + sessions[i]).substr(0, 12), ended ? "HTTP/1.1 403" : "HTTP/1.1 200");
  }
}

class BoundedPollDoorTest : public PollDoorTest {
 protected:
  BoundedPollDoorTest() : PollDoorTest(2) {}
};

// A poll that waits is a socket and a session: each has a limit of its own.
TEST_F(BoundedPollDoorTest, SessionsAreCountedWithoutTheSocketsThatAsk) {
  const std::vector<int> browsers{browser(), browser(), browser()};
  log_in(5);
  const std::uint32_t sockets = worker_.io.sockets();
  EXPECT_EQ(sockets, worker_.io.slab().size() - 1);
  connect();
  EXPECT_EQ(worker_.io.polls(), 2U);
  EXPECT_EQ(ask("type=connect").substr(0, 12), "HTTP/1.1 503");
  worker_.io.drop(worker_.io.place_of(conn_), CloseReason::kPeerClosed);
  EXPECT_EQ(worker_.io.polls(), 1U);
  EXPECT_EQ(ask("type=connect").substr(0, 12), "HTTP/1.1 200");
}

TEST_F(PollDoorTest, MessagesBehindOneThatIsAnsweredWaitTheirTurn) {
  const std::string session = log_in(5);
  const std::string get = "type=pub&session_id=" + session + "&message=%7B%22cmd%22%3A%22getOnline%22%7D";
  ask(get);
  ask(get);
  EXPECT_EQ(worker_.control.receives.size(), 1U);
  ReceiveAnswer answer;
  answer.body = R"({"ok":true})";
  worker_.protocol.on_receive_result(conn_, answer);
  EXPECT_EQ(worker_.control.receives.size(), 2U);
  for (int i = 0; i < 32; ++i) EXPECT_EQ(body_of(ask(get)), poll::kTaken);
  EXPECT_EQ(ask(get).substr(0, 12), "HTTP/1.1 429");
}

TEST_F(PollDoorTest, MessagesBehindOneThatIsAnsweredAreBoundedInBytes) {
  const std::string session = log_in(5);
  const std::string get = "type=pub&session_id=" + session + "&message=%7B%22cmd%22%3A%22getOnline%22%7D";
  const std::string large = "type=pub&session_id=" + session + "&message=" + std::string(60 * 1024, 'x');
  ask(get);
  EXPECT_EQ(body_of(ask(large)), poll::kTaken);
  EXPECT_EQ(ask(large).substr(0, 12), "HTTP/1.1 429");
  EXPECT_EQ(body_of(ask(get)), poll::kTaken);
}

}  // namespace
}  // namespace im::comet
