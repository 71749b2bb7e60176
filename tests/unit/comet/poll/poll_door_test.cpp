#include "comet/poll/poll_door.hpp"

#include <gtest/gtest.h>

#include "comet/poll/poll_answers.hpp"
#include "tests/unit/comet/comet_fakes.hpp"

namespace im::comet {
namespace {

/// One worker that is its own peer; tasks run when the test says so.
class PollDoorTest : public testing::Test {
 protected:
  PollDoorTest() {
    worker_.io.set_poll(door_);
    worker_.protocol.set_http(door_);
  }
  void run() {
    while (!tasks_.empty()) {
      auto tasks = std::move(tasks_);
      tasks_.clear();
      for (auto& task : tasks) task(door_);
    }
  }
  int browser() { return worker_.connect(Transport::kWebSocket, Dialect::kWebim); }
  void post(int browser, const std::string& form, const std::string& path = "/") {
    worker_.send(browser, "POST " + path + " HTTP/1.1\r\nHost: x\r\nContent-Length: " + std::to_string(form.size()) +
                              "\r\n\r\n" + form);
    run();
  }
  static std::string body_of(const std::string& response) {
    const std::size_t end = response.find("\r\n\r\n");
    return end == std::string::npos ? response : response.substr(end + 4);
  }
  std::string heard(int browser) { return body_of(WorkerHarness::received(browser)); }
  std::string ask(const std::string& form) {
    const int one = browser();
    post(one, form);
    return WorkerHarness::received(one);
  }
  std::string connect() {
    const std::string body = body_of(ask("type=connect"));
    const std::size_t begin = body.find("session_id\":\"") + 13;
    return body.substr(begin, 32);
  }
  /// A session that has logged in as `uid`, in the room.
  std::string log_in(std::int64_t uid) {
    const std::string session = connect();
    EXPECT_EQ(body_of(ask("type=pub&session_id=" + session + "&message=" + kLogin)), poll::kTaken);
    ConnectGrant grant;
    grant.uid = Uid(uid);
    grant.key = "webim/" + std::to_string(uid);
    grant.epoch = SessionEpoch(1);
    grant.heartbeat = std::chrono::hours(24);
    grant.heartbeat_max = 1;
    grant.greeting = R"({"webim":{"cmd":"login"}})";
    conn_ = worker_.control.connects.back().conn;
    worker_.protocol.on_connect_result(conn_, std::move(grant));
    run();
    return session;
  }
  void tell(const std::string& words) {
    worker_.io.send(worker_.io.place_of(conn_), Frame(ws::frame(ws::Opcode::kText, words)));
    run();
  }
  void wait(std::uint32_t ticks) {
    for (std::uint32_t i = 0; i < ticks; ++i) worker_.io.advance_clock(++tick_);
    run();
  }

  static constexpr const char* kLogin = "%7B%22cmd%22%3A%22login%22%7D";
  WorkerHarness worker_;
  std::vector<PollDoor::Task> tasks_;
  PollDoor door_{{.origin = "https://page.example"},
                 worker_.io,
                 worker_.protocol,
                 [this](std::uint8_t index, PollDoor::Task task) {
                   if (index != 0) return false;
                   tasks_.push_back(std::move(task));
                   return true;
                 }};
  ConnId conn_;
  std::uint32_t tick_ = 0;
};

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

}  // namespace
}  // namespace im::comet
