#include "logic/comets/user_events.hpp"

#include <map>
#include <optional>

#include <gtest/gtest.h>

#include "im/push.pb.h"
#include "tests/unit/logic/logic_fakes.hpp"

namespace im::logic {
namespace {

class FakeGateway final : public CometGateway {
 public:
  void send(const CometInstance& comet, CometCommand command, Reached done) override {
    sent.emplace_back(comet, std::get<DirectPush>(std::move(command)));
    done(answers.contains(comet) ? answers.at(comet) : 1);
  }
  void kick_everywhere(Kick, Reached) override { FAIL() << "nobody is kicked"; }
  void trace(const TraceAsk&, Traced) override { FAIL() << "nobody traces"; }
  std::vector<std::pair<CometInstance, DirectPush>> sent;
  std::map<CometInstance, Result<std::int32_t>> answers;
};

SessionInfo session(CometInstance comet, std::uint32_t slot) {
  SessionInfo made;
  made.uid = Uid(5);
  made.comet = comet;
  made.conn = ConnId(0, slot, 1);
  return made;
}

class UserEventsTest : public testing::Test {
 protected:
  Reached note() {
    return [this](Result<std::int32_t> result) { result_ = std::move(result); };
  }
  FakeSessions sessions_;
  FakeGateway gateway_;
  UserEvents events_{sessions_, gateway_};
  std::optional<Result<std::int32_t>> result_;
};

TEST_F(UserEventsTest, EverySessionGetsOp102AndTheNumbersAreAddedUp) {
  gateway_.answers = {{kOne, 2}, {kTwo, 0}};
  events_.to_user(Uid(5), {.json = R"({"cmd":"typing"})", .kind = PushClass::kEphemeral, .except = {{"5/web"}, {}}},
                  note());
  sessions_.locates.back().second(LocateAnswer{.by_uid = {{session(kOne, 1), session(kTwo, 2), session(kOne, 3)}}});
  ASSERT_EQ(gateway_.sent.size(), 2U);
  EXPECT_EQ(gateway_.sent[0].second.conns, (std::vector<ConnId>{ConnId(0, 1, 1), ConnId(0, 3, 1)}));
  EXPECT_EQ(gateway_.sent[0].second.content, gateway_.sent[1].second.content) << "encoded once";
  push::Content content;
  ASSERT_TRUE(content.ParseFromString(*gateway_.sent[0].second.content));
  EXPECT_EQ(content.operation(), 102);
  EXPECT_EQ(content.audience(), push::AUDIENCE_HELLO);
  EXPECT_EQ(content.kind(), push::CLASS_EPHEMERAL);
  EXPECT_EQ(content.except().keys(0), "5/web");
  ASSERT_TRUE(result_);
  EXPECT_EQ(result_->value(), 2);
}

TEST_F(UserEventsTest, NobodyThereIsNoErrorButNotKnowingIs) {
  events_.to_user(Uid(5), {.json = "{}", .except = {}}, note());
  sessions_.locates.back().second(LocateAnswer{.by_uid = {{}}});
  EXPECT_EQ(result_->value(), 0);
  events_.to_user(Uid(5), {.json = "{}", .except = {}}, note());
  sessions_.locates.back().second(LocateAnswer{.by_uid = {{}}, .complete = false});
  EXPECT_EQ(result_->error().code, Error::Code::kUnavailable);
  EXPECT_EQ(events_.unlocated(), 1U);
}

TEST_F(UserEventsTest, TheErrorOfOneCometIsHeard) {
  gateway_.answers = {{kTwo, Error{Error::Code::kOverloaded, "full"}}};
  events_.to_sessions({session(kOne, 1), session(kTwo, 2)}, {.json = "{}", .except = {}}, note());
  EXPECT_EQ(gateway_.sent.size(), 2U);
  EXPECT_EQ(result_->error().code, Error::Code::kOverloaded);
}

}  // namespace
}  // namespace im::logic
