#pragma once

#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "comet/poll/poll_answers.hpp"
#include "comet/poll/poll_door.hpp"
#include "tests/unit/comet/comet_fakes.hpp"

namespace im::comet {

/// One worker that is its own peer; tasks run when the test says so.
class PollDoorTest : public testing::Test {
 protected:
  explicit PollDoorTest(std::uint64_t most_sessions = 0, std::size_t most_bytes = 64U << 20,
                        std::size_t most_unasked = 0, const std::vector<std::string>& balancers = {})
      : most_sessions_(most_sessions), most_bytes_(most_bytes), most_unasked_(most_unasked), balancers_(balancers) {
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
  const std::uint64_t most_sessions_;
  const std::size_t most_bytes_, most_unasked_;
  const CidrList balancers_;
  WorkerHarness worker_;
  std::vector<PollDoor::Task> tasks_;
  PollDoor door_{{.origin = "https://page.example",
                  .max_backlog = most_bytes_,
                  .max_connections = most_sessions_,
                  .max_unasked = most_unasked_,
                  .balancers = balancers_},
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

}  // namespace im::comet
