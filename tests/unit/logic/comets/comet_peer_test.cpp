// The peers of comets over a transport made of a script: no network, the clock is the test's.

#include <atomic>
#include <thread>

#include <gtest/gtest.h>

#include "logic/comets/comets_part.hpp"
#include "logic/comets/held_commands.hpp"
#include "tests/support/manual_scheduler.hpp"
#include "tests/unit/logic/logic_fakes.hpp"

namespace im::logic {
namespace {

using namespace std::chrono_literals;

/// Keeps what is written; the test lets streams open, take and end.
class ScriptedTransport final : public DirectTransport {
 public:
  struct Opened {
    CometPlace comet;
    DirectEvents events;
    std::vector<std::size_t> written;  ///< commands of each batch
    bool alive = true;
  };
  std::unique_ptr<DirectStream> open(const CometPlace& comet, DirectEvents events) override {
    streams.push_back(std::make_shared<Opened>(Opened{comet, std::move(events), {}}));
    return std::make_unique<Stream>(streams.back());
  }
  void trace(const CometPlace&, const TraceAsk&, Traced) override {}
  void forget(const CometInstance& comet) override { forgotten.push_back(comet); }

  std::vector<std::shared_ptr<Opened>> streams;
  std::vector<CometInstance> forgotten;

 private:
  struct Stream final : DirectStream {
    explicit Stream(std::shared_ptr<Opened> one) : opened(std::move(one)) {}
    ~Stream() override { opened->alive = false; }
    void write(const DirectLink::Batch& batch) override { opened->written.push_back(batch.commands.size()); }
    std::shared_ptr<Opened> opened;
  };
};

class CometPeerTest : public testing::Test {
 protected:
  void send(const CometInstance& comet, const std::string& name) {
    const auto peer = table_.find(comet);
    ASSERT_TRUE(peer);
    peer->send(Kick{.uid = Uid(1)}, [this, name](const Result<std::int32_t>& result) {
      answers_.push_back(name + (result.ok() ? " " + std::to_string(result.value())
                                             : std::string(" ") + to_string(result.error().code)));
    });
  }
  void ask(const CometInstance& comet, const std::string& name) {
    held_.send(comet, Kick{.uid = Uid(1)}, [this, name](const Result<std::int32_t>& result) {
      answers_.push_back(name + " " + (result.ok() ? "taken" : to_string(result.error().code)));
    });
  }
  ScriptedTransport::Opened& stream(std::size_t index = 0) { return *transport_.streams.at(index); }
  template <class Event, class... Args>
  void happen(const Event& event, Args... args) {
    event(args...);
    scheduler_.run();
  }

  std::vector<std::string> answers_;  // outlives the peers, who tell everybody at their end
  ManualScheduler scheduler_;
  ScriptedTransport transport_;
  CometPeerStats stats_;
  CometPeers shared_{scheduler_, transport_, {}, stats_};
  bool whole_ = true;
  std::vector<CometPlace> listed_{{kOne, "comet-1", "a:1"}, {kTwo, "comet-2", "a:2"}};
  CometTable table_{shared_, [this] { return CometListing{listed_, whole_}; }};
  HeldCommands held_{shared_, table_};
};

TEST_F(CometPeerTest, OpensAStreamOnTheFirstCommandAndWritesOneBatchAtATime) {
  EXPECT_TRUE(transport_.streams.empty());
  send(kOne, "a");
  send(kOne, "b");
  ASSERT_EQ(transport_.streams.size(), 1U);
  EXPECT_EQ(stream().comet.address, "a:1");
  EXPECT_TRUE(stream().written.empty());
  happen(stream().events.opened);
  EXPECT_EQ(stream().written, std::vector<std::size_t>{2});
  send(kOne, "c");
  send(kOne, "d");
  EXPECT_EQ(stream().written.size(), 1U) << "not before the first was written";
  happen(stream().events.written);
  EXPECT_EQ(stream().written, (std::vector<std::size_t>{2, 2}));
  happen(stream().events.acked, 4U, std::vector<std::int32_t>{1, 2, 3, 4});
  EXPECT_EQ(answers_, (std::vector<std::string>{"a 1", "b 2", "c 3", "d 4"}));
}

TEST_F(CometPeerTest, ACometThatHangsDelaysNobodyElse) {
  send(kOne, "hangs");
  send(kTwo, "goes");
  happen(stream(1).events.opened);
  happen(stream(1).events.acked, 1U, std::vector<std::int32_t>{1});
  EXPECT_EQ(answers_, std::vector<std::string>{"goes 1"});
  scheduler_.advance(3s);
  EXPECT_EQ(answers_.back(), "hangs unavailable");
}

TEST_F(CometPeerTest, ComesBackWithBackoffWhenSomethingWaits) {
  send(kOne, "sent");
  happen(stream().events.opened);
  happen(stream().events.written);
  happen(stream().events.ended, Error{Error::Code::kUnavailable, "reset"});
  EXPECT_EQ(answers_, std::vector<std::string>{"sent unavailable"});
  EXPECT_FALSE(stream().alive);
  scheduler_.advance(10s);
  EXPECT_EQ(transport_.streams.size(), 1U) << "nothing waits";
  send(kOne, "next");
  ASSERT_EQ(transport_.streams.size(), 2U);
  happen(stream(1).events.ended, Error{Error::Code::kUnavailable, "refused"});
  EXPECT_EQ(transport_.streams.size(), 2U) << "not at once";
  scheduler_.advance(200ms);
  ASSERT_EQ(transport_.streams.size(), 3U);
  happen(stream(2).events.opened);
  EXPECT_EQ(stream(2).written, std::vector<std::size_t>{1});
}

TEST_F(CometPeerTest, EventsOfAnEarlierStreamAreNothing) {
  send(kOne, "a");
  happen(stream().events.opened);
  happen(stream().events.ended, Error{Error::Code::kUnavailable, "reset"});
  send(kOne, "b");
  scheduler_.advance(200ms);
  happen(stream(1).events.opened);
  happen(stream(0).events.acked, 1U, std::vector<std::int32_t>{9});
  EXPECT_EQ(answers_, std::vector<std::string>{"a unavailable"});
}

TEST_F(CometPeerTest, AnotherInstanceAtTheAddressGetsNothing) {
  send(kOne, "a");
  happen(stream().events.ended, Error{Error::Code::kConflict, "epoch 11 here"});
  EXPECT_EQ(answers_, std::vector<std::string>{"a conflict"});
  EXPECT_TRUE(stream().written.empty());
}

TEST_F(CometPeerTest, ACometThatDoesNotAnswerHelloIsGivenUp) {
  send(kOne, "a");
  scheduler_.advance(3s);
  EXPECT_FALSE(stream().alive);
  EXPECT_EQ(answers_.size(), 1U);
}

TEST_F(CometPeerTest, TheListDecidesWhoIsThere) {
  EXPECT_FALSE(table_.find({CometNumber(1), InstanceEpoch(9)}));
  send(kOne, "a");
  listed_.clear();
  table_.prune();
  EXPECT_TRUE(answers_.empty()) << "a router that has just started knows nobody";
  scheduler_.advance(2s);
  happen(stream().events.opened);
  scheduler_.advance(CometTable::kMissing);
  table_.prune();
  EXPECT_EQ(table_.size(), 0U);
  EXPECT_EQ(answers_, std::vector<std::string>{"a timeout"});
  EXPECT_EQ(transport_.forgotten, std::vector<CometInstance>{kOne});
}

TEST_F(CometPeerTest, ASuccessorEndsTheOldInstanceAtOnce) {
  send(kOne, "a");
  listed_.front().instance.epoch = InstanceEpoch(11);
  table_.prune();
  EXPECT_EQ(answers_, std::vector<std::string>{"a not_found"});
  EXPECT_FALSE(table_.find(kOne));
  EXPECT_TRUE(table_.find({CometNumber(1), InstanceEpoch(11)}));
}

/// A logic that has just begun.
TEST_F(CometPeerTest, ACommandWaitsForTheListThatNamesItsComet) {
  const auto known = std::exchange(listed_, {});
  whole_ = false;
  ask(kOne, "a");
  ask(kTwo, "b");
  scheduler_.advance(1s);
  EXPECT_TRUE(answers_.empty());
  listed_ = {known[0]};
  ask(kOne, "c");
  ASSERT_EQ(transport_.streams.size(), 1U);
  happen(stream().events.opened);
  EXPECT_EQ(stream().written, std::vector<std::size_t>{2}) << "both, in their order";
  EXPECT_FALSE(held_.empty());
  listed_ = known;
  scheduler_.advance(50ms);
  EXPECT_TRUE(held_.empty());
  EXPECT_EQ(transport_.streams.size(), 2U) << "nobody has to ask";
}

TEST_F(CometPeerTest, AWholeListOrASuccessorSaysThatACometIsGone) {
  listed_.clear();
  whole_ = false;
  ask(kOne, "a");
  ask(kTwo, "b");
  listed_ = {{{CometNumber(1), InstanceEpoch(kOne.epoch.value() + 1)}, "comet-1", "a:1"}};
  scheduler_.advance(50ms);
  EXPECT_EQ(answers_, std::vector<std::string>{"a not_found"});
  whole_ = true;
  scheduler_.advance(50ms);
  EXPECT_EQ(answers_.back(), "b not_found");
  ask(kTwo, "c");
  EXPECT_EQ(answers_.back(), "c not_found");
  EXPECT_EQ(stats_.no_comet, 3U);
}

TEST_F(CometPeerTest, ListsThatDoNotComeAreNotWaitedForWithoutEnd) {
  listed_.clear();
  whole_ = false;
  ask(kOne, "a");
  scheduler_.advance(2s);
  EXPECT_TRUE(answers_.empty());
  scheduler_.advance(2s);
  EXPECT_EQ(answers_, std::vector<std::string>{"a unavailable"});
  EXPECT_EQ(stats_.unlisted, 1U);
  const std::size_t most = DirectLimits{}.waiting / bytes_of(Kick{.uid = Uid(1)});
  for (std::size_t i = 0; i <= most; ++i) ask(kOne, "more");
  EXPECT_EQ(answers_.back(), "more overloaded");
  EXPECT_EQ(stats_.overloaded, 1U);
  held_.drain({Error::Code::kUnavailable, "stopping"});
  EXPECT_TRUE(held_.empty());
  EXPECT_EQ(answers_.size(), most + 2);
}

TEST(CometGatewayEnd, WhoeverSendsMeanwhileIsAnswered) {
  for (int round = 0; round < 100; ++round) {
    std::atomic<int> sent{0}, answered{0};
    std::atomic<bool> over{false};
    StreamingCometGateway gateway(std::make_unique<ScriptedTransport>(), [] { return CometListing{{}, false}; });
    gateway.start();
    std::vector<std::thread> callers;
    for (int i = 0; i < 3; ++i) {
      callers.emplace_back([&] {
        for (; !over; ++sent) gateway.send(kOne, Kick{.uid = Uid(1)}, [&](const Result<std::int32_t>&) { ++answered; });
      });
    }
    while (sent < 10) std::this_thread::yield();
    gateway.stop();
    over = true;
    for (std::thread& caller : callers) caller.join();
    ASSERT_EQ(answered, sent);
  }
}

/// A comet that came since is not in it.
TEST(CometListing, AnOldListIsNotWhole) {
  NodeView view;
  view.nodes.push_back({.kind = NodeKind::kComet, .name = "comet-1", .instance = kOne});
  view.complete = true;
  EXPECT_FALSE(listing_of(view).whole) << "none has come";
  view.age = 0ms;
  EXPECT_TRUE(listing_of(view).whole);
  EXPECT_EQ(listing_of(view).places.size(), 1U);
  view.age = 3s;
  EXPECT_FALSE(listing_of(view).whole);
  EXPECT_EQ(listing_of(view).places.size(), 1U) << "those that it names are reached";
  view.age = 0ms;
  view.complete = false;
  EXPECT_FALSE(listing_of(view).whole);
}

}  // namespace
}  // namespace im::logic
