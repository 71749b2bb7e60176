#include "logic/chat_events/chat_sink.hpp"

#include <future>
#include <thread>

#include <boost/json/parse.hpp>
#include <gtest/gtest.h>

namespace im::logic {

namespace {

namespace json = boost::json;
using store::ConvId;

class ChatSinkTest : public testing::Test {
 protected:
  struct Push {
    std::vector<std::int64_t> uids;
    json::object event;
    std::optional<store::Origin> except;
    std::function<void(Status)> done;
  };

  void start() {
    ChatSink::Ways ways;
    ways.members = [this](ConvId, store::Seq) { return members; };
    ways.push = [this](std::vector<std::int64_t> uids, const ChatSink::Event& event, std::function<void(Status)> done) {
      const std::lock_guard lock(mutex);
      pushes.push_back({std::move(uids), json::parse(event.json).as_object(), event.except, std::move(done)});
      came.notify_all();
    };
    ways.sent = [this](store::SentMark mark) {
      const std::lock_guard lock(mutex);
      sent.push_back(mark.seq);
    };
    ways.epoch = [] { return std::string("e1"); };
    ways.page_words = [](const store::Message& out, Uid reader) -> json::value {
      return json::object{{"type", out.type}, {"to", reader.value()}};
    };
    sink.start(std::move(ways));
  }
  static store::Outgoing row(store::Seq seq, std::string body = "hi") {
    store::Outgoing out;
    out.message.conv = ConvId(5);
    out.message.seq = seq;
    out.message.sender = Uid(1);
    out.message.type = "text";
    out.message.body = std::move(body);
    out.message.client_id = "mine";
    return out;
  }
  void wait_for(std::size_t count) {
    std::unique_lock lock(mutex);
    ASSERT_TRUE(came.wait_for(lock, std::chrono::seconds(10), [&] { return pushes.size() >= count; }));
  }
  /// The thread of the sink is the last part of each row, and may come after the answers.
  void wait_for_idle() {
    const auto until = std::chrono::steady_clock::now() + std::chrono::seconds(10);
    while (sink.busy() && std::chrono::steady_clock::now() < until) std::this_thread::yield();
    ASSERT_FALSE(sink.busy());
  }
  void answer_all(const Status& status) {
    for (const Push& push : pushes) push.done(status);
  }

  std::mutex mutex;
  std::condition_variable came;
  Result<std::vector<Uid>> members{std::vector<Uid>{Uid(1), Uid(2), Uid(3)}};
  std::vector<Push> pushes;
  std::vector<store::Seq> sent;
  ChatSink sink;
};

TEST_F(ChatSinkTest, APageHearsOfMediaInItsOwnWords) {
  members = std::vector<Uid>{Uid(1), Uid(2)};
  start();
  auto picture = row(7, "{}");
  picture.message.type = "image";
  sink.take({picture, row(8)});
  wait_for(4);
  EXPECT_EQ(pushes[0].event.at("webim"), (json::object{{"type", "image"}, {"to", 2}}));
  for (const std::size_t other : {1, 2, 3}) EXPECT_FALSE(pushes[other].event.contains("webim")) << other;
  answer_all(Ok{});
}

TEST_F(ChatSinkTest, TheConnectionThatSentIsLeftOutOfTheCarbonOnly) {
  start();
  auto sent_by = row(7);
  sent_by.message.origin = store::Origin{{CometNumber(2), InstanceEpoch(9)}, ConnId(77)};
  sink.take({sent_by});
  wait_for(2);
  EXPECT_EQ(pushes[0].except, std::nullopt);
  EXPECT_EQ(pushes[1].except, sent_by.message.origin);
  answer_all(Ok{});
}

TEST_F(ChatSinkTest, GoesToMembersAndAsACarbonToTheSender) {
  start();
  sink.take({row(7)});
  wait_for(2);
  EXPECT_EQ(pushes[0].uids, (std::vector<std::int64_t>{2, 3}));
  EXPECT_EQ(pushes[0].event.at("cmd").as_string(), "msg.new");
  EXPECT_EQ(pushes[0].event.at("prev_seq").as_int64(), 6);
  EXPECT_EQ(pushes[0].event.at("epoch").as_string(), "e1");
  EXPECT_FALSE(pushes[0].event.contains("client_msg_id"));
  EXPECT_EQ(pushes[1].uids, std::vector<std::int64_t>{1});
  EXPECT_EQ(pushes[1].event.at("client_msg_id").as_string(), "mine");
  pushes[0].done(Ok{});
  EXPECT_TRUE(sent.empty()) << "the carbon is not out yet";
  pushes[1].done(Ok{});
  sink.stop();
  EXPECT_EQ(sent, std::vector<store::Seq>{7});
}

TEST_F(ChatSinkTest, WhoHasBlockedTheSenderGetsNothing) {
  start();
  store::Outgoing hidden = row(7);
  hidden.message.hidden_from = Uid(2);
  members = std::vector<Uid>{Uid(1), Uid(2)};
  sink.take({hidden});
  wait_for(1);
  EXPECT_EQ(pushes[0].uids, std::vector<std::int64_t>{1});
  answer_all(Ok{});
}

TEST_F(ChatSinkTest, KeepsTheOrderAndTellsWhatIsNoMessage) {
  start();
  members = std::vector<Uid>{Uid(2)};
  store::Outgoing edit = row(2);
  edit.message.kind = store::RowKind::kEdit;
  edit.message.ref_seq = 1;
  sink.take({row(1), edit, row(3)});
  wait_for(3);
  EXPECT_EQ(pushes[0].event.at("seq").as_int64(), 1);
  EXPECT_EQ(pushes[1].event.at("cmd").as_string(), "msg.changed");
  EXPECT_EQ(pushes[1].event.at("ref_seq").as_int64(), 1);
  EXPECT_EQ(pushes[2].event.at("seq").as_int64(), 3);
  answer_all(Ok{});
}

TEST_F(ChatSinkTest, WhatCouldNotBePushedStaysForTheRelay) {
  start();
  sink.take({row(1)});
  wait_for(2);
  pushes[0].done(Error{Error::Code::kUnavailable, "kafka"});
  pushes[1].done(Ok{});
  sink.stop();
  EXPECT_TRUE(sent.empty());
  EXPECT_EQ(sink.stats().failed, 1U);
  EXPECT_FALSE(sink.busy());
}

TEST_F(ChatSinkTest, WhatIsOnItsWayTheRelayDoesNotPushOnceMore) {
  members = std::vector<Uid>{Uid(2)};
  start();
  sink.take({row(1)});
  wait_for(1);
  sink.take_again({row(1)});
  sink.take_again({row(1), row(2)});
  wait_for(2);
  EXPECT_EQ(pushes[1].event.at("seq").as_int64(), 2) << "what this sink does not have it takes";
  EXPECT_EQ(sink.stats().in_hand, 2U);
  answer_all(Ok{});
  sink.stop();
  EXPECT_EQ(pushes.size(), 2U);
}

TEST_F(ChatSinkTest, WhatWasPushedTheRelayOnlyHasToldOnceMore) {
  members = std::vector<Uid>{Uid(2)};
  start();
  sink.take({row(1)});
  wait_for(1);
  answer_all(Ok{});
  wait_for_idle();
  sink.take_again({row(1)});
  EXPECT_EQ(sent, (std::vector<store::Seq>{1, 1})) << "the mark was not struck out yet, or could not be";
  sink.stop();
  EXPECT_EQ(pushes.size(), 1U);
}

TEST_F(ChatSinkTest, WhatFailedTheRelayBringsAgain) {
  members = std::vector<Uid>{Uid(2)};
  start();
  sink.take({row(1)});
  wait_for(1);
  pushes[0].done(Error{Error::Code::kUnavailable, "kafka"});
  wait_for_idle();
  sink.take_again({row(1)});
  wait_for(2);
  pushes[1].done(Ok{});
  sink.stop();
  EXPECT_EQ(sent, std::vector<store::Seq>{1});
}

TEST_F(ChatSinkTest, ANewRowWithANumberThatWasPushedGoesOut) {
  members = std::vector<Uid>{Uid(2)};
  start();
  sink.take({row(1, "before the store went back")});
  wait_for(1);
  pushes[0].done(Ok{});
  wait_for_idle();
  sink.take({row(1, "after")});
  wait_for(2);
  pushes[1].done(Error{Error::Code::kUnavailable, "kafka"});
  wait_for_idle();
  sink.take_again({row(1, "after")});
  wait_for(3);
  EXPECT_EQ(pushes[2].event.at("body").as_string(), "after");
  pushes[2].done(Ok{});
  sink.stop();
}

TEST_F(ChatSinkTest, TooMuchAtOnceIsLeftToTheRelay) {
  members = std::vector<Uid>{};
  sink.take({row(1)});
  EXPECT_EQ(sink.stats().crowded, 1U) << "not started yet";
  start();
  std::vector<store::Outgoing> many(40, row(1, std::string(1 << 20, 'x')));
  sink.take(many);
  EXPECT_GE(sink.stats().crowded, 32U);
  sink.stop();
}

}  // namespace

}  // namespace im::logic
