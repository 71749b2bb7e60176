#include "logic/requests/hello.hpp"

#include <boost/json/parse.hpp>
#include <gtest/gtest.h>

#include "logic/requests/room_requests.hpp"
#include "tests/unit/logic/logic_fakes.hpp"

namespace im::logic {

namespace {

namespace json = boost::json;

class FakeGate final : public RoomGate {
 public:
  void join(const Caller& caller, std::string room, std::function<void(Status)> done) override {
    calls.push_back("join " + std::to_string(caller.conn.raw()) + " " + room);
    done(result);
  }
  void leave(const Caller& caller, std::string room, std::function<void(Status)> done) override {
    calls.push_back("leave " + std::to_string(caller.conn.raw()) + " " + room);
    done(result);
  }
  std::vector<std::string> calls;
  Status result = Ok{};
};

class HelloTest : public testing::Test {
 protected:
  Answer ask(std::string_view body) {
    std::optional<Answer> answer;
    router.run(caller, body, [&](Answer got) { answer = std::move(got); });
    return answer.value();
  }
  std::int64_t code(std::string_view body) {
    const Answer answer = ask(body);
    return answer.ok() ? 0 : static_cast<int>(std::get<Failure>(answer.result).code);
  }

  RequestLimits limits{Rate(), {}};
  RequestRouter router{limits, {}};
  FakeSessions sessions;
  FakeGate gate;
  Caller caller{.uid = Uid(7), .key = "7/phone", .epoch = SessionEpoch(1ULL << 60), .conn = ConnId(9)};
};

TEST_F(HelloTest, NamesTheDeviceAndRaisesTheLimit) {
  add_hello(router, {{"rate", 20}}, {});
  const Answer answer = ask(R"({"cmd":"hello","device":"phone","platform":"android","caps":["a"]})");
  ASSERT_TRUE(answer.ok());
  ASSERT_TRUE(answer.hello);
  EXPECT_EQ(answer.hello->device, "phone");
  EXPECT_EQ(answer.hello->max_body, 65536U);
  const json::object& fields = std::get<json::object>(answer.result);
  EXPECT_EQ(fields.at("uid").as_int64(), 7);
  EXPECT_EQ(fields.at("session").as_string(), "1152921504606846976");
  EXPECT_EQ(fields.at("limits").as_object().at("max_body").to_number<int>(), 65536);
  EXPECT_EQ(fields.at("limits").as_object().at("rate").as_int64(), 20);
  EXPECT_GT(fields.at("server_time").as_int64(), 1700000000000);
}

TEST_F(HelloTest, RefusesWhatIsNoHello) {
  add_hello(router, {}, {});
  EXPECT_EQ(code(R"({"cmd":"hello"})"), 4422);
  EXPECT_EQ(code(R"({"cmd":"hello","device":""})"), 4422);
  EXPECT_EQ(code(R"({"cmd":"hello","device":"a\u0000b"})"), 4422);
  EXPECT_EQ(code(R"({"cmd":"hello","device":"p","caps":"x"})"), 4422);
  EXPECT_EQ(code(R"({"cmd":"hello","device":"p","resume":[]})"), 4422);
  caller.said_hello = true;
  EXPECT_EQ(code(R"({"cmd":"hello","device":"p"})"), 4409);
  caller.door = Door::kHttp;
  EXPECT_EQ(code(R"({"cmd":"hello","device":"p"})"), 4409);
}

TEST_F(HelloTest, ResumeIsTheChats) {
  HelloChat chat;
  chat.epoch = [] { return std::string("e1"); };
  chat.resume = [](const Caller&, const json::object& resume, const std::function<void(json::object)>& done) {
    done({{"recovered", resume.at("epoch") == "e1"}});
  };
  add_hello(router, {}, std::move(chat));
  const Answer answer = ask(R"({"cmd":"hello","device":"p","resume":{"epoch":"e1"}})");
  EXPECT_TRUE(std::get<json::object>(answer.result).at("recovered").as_bool());
  EXPECT_EQ(std::get<json::object>(answer.result).at("epoch").as_string(), "e1");
  EXPECT_TRUE(answer.hello);
}

// What is written after the look at what a client has must find the connection in its rooms.
TEST_F(HelloTest, EntersBeforeItLooksWhatTheClientHas) {
  std::string order;
  HelloChat chat;
  Status entered = Ok{};
  chat.enter = [&](const Caller&, const std::function<void(Status)>& done) {
    order += "enter ";
    done(entered);
  };
  chat.resume = [&](const Caller&, const json::object&, const std::function<void(json::object)>& done) {
    order += "resume ";
    done({{"recovered", true}});
  };
  chat.said = [&](const Caller&) { order += "said "; };
  add_hello(router, {}, std::move(chat));
  EXPECT_TRUE(ask(R"({"cmd":"hello","device":"p","resume":{"epoch":"e1"}})").hello);
  EXPECT_EQ(order, "enter resume said ");
  entered = Error{Error::Code::kInvalid, "a comet that cannot do this"};
  EXPECT_EQ(code(R"({"cmd":"hello","device":"p"})"), 4503);
  EXPECT_EQ(order, "enter resume said enter ");
}

TEST_F(HelloTest, RoomsAreJoinedByTheConnectionThatAsks) {
  add_room_requests(router, sessions, gate);
  EXPECT_EQ(code(R"({"cmd":"room.join","room":"live://1"})"), 4409);
  caller.said_hello = true;
  EXPECT_EQ(code(R"({"cmd":"room.join","room":"live://1"})"), 0);
  EXPECT_EQ(code(R"({"cmd":"room.leave","room":"live://1"})"), 0);
  EXPECT_EQ(gate.calls, (std::vector<std::string>{"join 9 live://1", "leave 9 live://1"}));
  for (const char* cmd : {"room.join", "room.leave", "room.members"})
    EXPECT_EQ(code(R"({"room":"conv://1","cmd":")" + std::string(cmd) + "\"}"), 4403) << cmd;
  EXPECT_EQ(gate.calls.size(), 2U) << "rooms of the cluster's own";
  gate.result = Error{Error::Code::kConflict, "at most 64 rooms"};
  EXPECT_EQ(code(R"({"cmd":"room.join","room":"live://2"})"), 4409);
  gate.calls.clear();
  for (const char* room : {"", "live", "://1", "live://", "li\\u0007ve://1", "li\\u0000ve://1"})
    EXPECT_EQ(code(R"({"cmd":"room.join","room":")" + std::string(room) + "\"}"), 4422) << room;
  caller.door = Door::kHttp;
  EXPECT_EQ(code(R"({"cmd":"room.join","room":"live://1"})"), 4409);
  EXPECT_EQ(code(R"({"cmd":"room.members","room":"live://1"})"), 0);
  EXPECT_TRUE(gate.calls.empty());
}

}  // namespace

}  // namespace im::logic
