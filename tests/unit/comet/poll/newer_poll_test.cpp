// Long-poll of goim's second protocol (docs/protocol.md, "Long-poll"): packets as base64, the origin of the page.
#include <gtest/gtest.h>

#include "comet/poll/poll_door.hpp"
#include "common/base/base64.hpp"
#include "tests/unit/comet/comet_fakes.hpp"

namespace im::comet {
namespace {

class NewerPollTest : public testing::Test {
 protected:
  explicit NewerPollTest(std::vector<std::string> origins = {})
      : door_({.origins = std::move(origins)}, worker_.io, worker_.protocol, [this](std::uint8_t, PollDoor::Task task) {
          tasks_.push_back(std::move(task));
          return true;
        }) {
    worker_.io.set_poll(door_);
    worker_.protocol.set_http(door_);
  }
  int browser() { return worker_.connect(Transport::kWebSocket, Dialect::kV2); }
  void post(int browser, const std::string& form, const std::string& headers = "") {
    worker_.send(browser, "POST /poll HTTP/1.1\r\nHost: x\r\n" + headers +
                              "Content-Length: " + std::to_string(form.size()) + "\r\n\r\n" + form);
    run();
  }
  std::string ask(const std::string& form, const std::string& headers = "") {
    const int one = browser();
    post(one, form, headers);
    return WorkerHarness::received(one);
  }
  void run() {
    while (!tasks_.empty()) {
      auto tasks = std::move(tasks_);
      tasks_.clear();
      for (auto& task : tasks) task(door_);
    }
  }
  static std::string session_in(const std::string& response) {
    const std::size_t begin = response.find("session_id\":\"");
    return begin == std::string::npos ? "" : response.substr(begin + 13, 32);
  }
  static std::string packet(std::int32_t op, const std::string& body) {
    std::string bytes;
    wire::append_packet(bytes, {.version = 1, .op = op, .seq = 1, .body = body});
    return to_base64url(bytes);
  }
  std::string say(const std::string& session, const std::string& message) {
    return ask("type=pub&session_id=" + session + "&message=" + message);
  }
  /// Its connection, logged in.
  ConnId log_in(const std::string& session) {
    say(session, packet(wire::kOpAuth, "token"));
    ConnectGrant grant;
    grant.uid = Uid(5);
    grant.key = "5";
    grant.epoch = SessionEpoch(1);
    grant.heartbeat = std::chrono::hours(24);
    grant.heartbeat_max = 1;
    const ConnId conn = worker_.control.connects.back().conn;
    worker_.protocol.on_connect_result(conn, std::move(grant));
    run();
    return conn;
  }
  /// What its next poll brings.
  std::optional<wire::Packet> next(const std::string& session) {
    const std::string answer = ask("type=sub&session_id=" + session);
    const std::size_t begin = answer.find("\"data\":\"") + 8;
    bytes_ = from_base64(answer.substr(begin, answer.find('"', begin) - begin)).value_or("");
    const auto parsed = wire::parse_message(bytes_, 1 << 20);
    return parsed.status == wire::ParseStatus::kPacket ? std::optional(parsed.packet) : std::nullopt;
  }
  void answer(ConnId conn, ReceiveAnswer answer) {
    worker_.protocol.on_receive_result(conn, std::move(answer));
    run();
  }

  std::string bytes_;
  WorkerHarness worker_;
  std::vector<PollDoor::Task> tasks_;
  PollDoor door_;
};

class ListedOriginsTest : public NewerPollTest {
 protected:
  ListedOriginsTest() : NewerPollTest({"https://page.example"}) {}
};

// covers Q01
TEST_F(NewerPollTest, PacketsGoUpAndDown) {
  const std::string session = session_in(ask("type=connect"));
  ASSERT_EQ(session.size(), 32U);
  log_in(session);
  EXPECT_EQ(worker_.control.connects.back().transport, "poll");
  EXPECT_EQ(worker_.control.connects.back().token, "token");
  const auto reply = next(session);
  ASSERT_TRUE(reply);
  EXPECT_EQ(reply->op, wire::kOpAuthReply);
}

// covers Q02
TEST_F(NewerPollTest, WhatIsNoPacketIsRefused) {
  const std::string session = session_in(ask("type=connect"));
  EXPECT_EQ(say(session, "***").substr(0, 12), "HTTP/1.1 400");
  say(session, to_base64url("no packet"));
  EXPECT_EQ(ask("type=sub&session_id=" + session).substr(0, 12), "HTTP/1.1 403");
  const std::string other = session_in(ask("type=connect"));
  say(other, packet(wire::kOpAuth, std::string(5000, 'x')));  // before auth 4,096 bytes
  EXPECT_TRUE(worker_.control.connects.empty());
}

// covers Q02, R03
TEST_F(NewerPollTest, ARequestOverTheLimitIsRefusedAndTheSessionGoesOn) {
  const std::string session = session_in(ask("type=connect"));
  const ConnId conn = log_in(session);
  ASSERT_TRUE(next(session));
  say(session, packet(wire::kOpRequest, R"({"cmd":"hello"})"));
  answer(conn, {"{}", wire::kOpReply, false, {}, {}, {}, HelloGrant{"phone", 0}});
  ASSERT_TRUE(next(session));
  EXPECT_EQ(say(session, packet(wire::kOpRequest, std::string(65'537, 'x'))).substr(0, 12), "HTTP/1.1 200");
  const auto refused = next(session);
  ASSERT_TRUE(refused);
  EXPECT_EQ(refused->op, wire::kOpReply);
  EXPECT_NE(refused->body.find("\"code\":4413"), std::string_view::npos) << refused->body;
  EXPECT_EQ(worker_.stats.bad_requests.value(), 1U);
  EXPECT_EQ(worker_.control.receives.size(), 1U) << "logic heard of hello alone";
  say(session, packet(wire::kOpRequest, std::string(65'536, 'x')));
  ASSERT_EQ(worker_.control.receives.size(), 2U);
  EXPECT_EQ(worker_.control.receives.back().second.body.size(), 65'536U);
  answer(conn, {"{}", wire::kOpReply, false, {}, {}, {}});
  say(session, packet(4, std::string(65'537, 'x')));  // another op
  EXPECT_EQ(ask("type=sub&session_id=" + session).substr(0, 12), "HTTP/1.1 403");
}

// covers Q03
TEST_F(NewerPollTest, TheOneWhoWaitsIsToldHowItEnds) {
  const std::string session = session_in(ask("type=connect"));
  const ConnId conn = log_in(session);
  ask("type=sub&session_id=" + session);
  const int one = browser();
  post(one, "type=sub&session_id=" + session);
  worker_.io.close(worker_.io.place_of(conn), CloseReason::kKicked);
  run();
  const std::string heard = WorkerHarness::received(one);
  EXPECT_NE(heard.find(R"({"success":0,"text":"closed","code":4002,)"), std::string::npos) << heard;
}

// covers Q04
TEST_F(NewerPollTest, WithoutAListLogicIsToldTheOrigin) {
  const std::string response = ask("type=connect", "Origin: https://page.example\r\n");
  EXPECT_NE(response.find("Access-Control-Allow-Origin: https://page.example\r\n"), std::string::npos);
  log_in(session_in(response));
  EXPECT_EQ(worker_.control.connects.back().unchecked_origin, "https://page.example");
}

// covers Q04
TEST_F(ListedOriginsTest, PagesOfOtherSitesAreRefused) {
  EXPECT_EQ(ask("type=connect", "Origin: https://other.example\r\n").substr(0, 12), "HTTP/1.1 403");
  EXPECT_EQ(session_in(ask("type=connect", "Origin: https://page.example\r\n")).size(), 32U);
  EXPECT_EQ(session_in(ask("type=connect")).size(), 32U);
}

// covers Q05
TEST_F(NewerPollTest, OtherPathsAreNoLongPoll) {
  const int one = browser();
  worker_.send(one, "POST /sub HTTP/1.1\r\nHost: x\r\nContent-Length: 12\r\n\r\ntype=connect");
  run();
  EXPECT_EQ(WorkerHarness::received(one).substr(0, 12), "HTTP/1.1 400") << "an upgrade with a body";
}

}  // namespace
}  // namespace im::comet
