#include "job/record_reader.hpp"
#include "tests/unit/job/push_engine_fixture.hpp"

namespace im::job {
namespace {

TEST_F(PushEngineTest, AnOffsetIsStoredWhenEveryTargetTookItsPart) {
  ready_with({node(1), node(2)});
  push(0, 5, {comet(1), comet(2)});
  EXPECT_EQ(gateway_.to(comet(1))->all(), (Seen{{0, 5}}));
  ack(comet(1));
  EXPECT_TRUE(source_.stored.empty());
  ack(comet(2));
  EXPECT_EQ(source_.stored[0], 6);
  EXPECT_TRUE(source_.committed.empty());
  engine_->tick();
  EXPECT_EQ(source_.committed[0], 6);
}

TEST_F(PushEngineTest, WhatWaitsForAStreamTravelsTogether) {
  ready_with({node(1)});
  for (int i = 0; i < 4; ++i) push(0, i, {comet(1)});
  const auto wire = gateway_.to(comet(1));
  ASSERT_EQ(wire->messages.size(), 1U);  // at once, without a window
  wire->written();
  scheduler_.run();
  ASSERT_EQ(wire->messages.size(), 2U);
  EXPECT_EQ(wire->messages[1].first_seq, 2U);
  EXPECT_EQ(wire->messages[1].deliveries, (Seen{{0, 1}, {0, 2}, {0, 3}}));
}

TEST_F(PushEngineTest, ARecordOfAnotherClusterStopsTheJobBeforeIt) {
  config_.cluster = "ours";
  SetUp();
  ready_with({node(1)});
  const auto give = [&](std::int64_t offset, const char* cluster) {
    auto made = std::make_shared<PushRecord>(*record(0, offset, {comet(1)}));
    made->cluster = cluster;
    engine_->records({made});
    scheduler_.run();
  };
  give(0, "ours");
  EXPECT_EQ(engine_->stopped_by(), "");
  give(1, "theirs");
  give(2, "ours");
  EXPECT_EQ(gateway_.to(comet(1))->all(), (Seen{{0, 0}}));
  EXPECT_TRUE(source_.paused);
  EXPECT_EQ(engine_->stopped_by(),
            "the topic has records of another cluster (kafka.cluster): \"theirs\", this one is \"ours\"");
  ack(comet(1));
  engine_->tick();
  EXPECT_EQ(source_.committed[0], 1) << "what was taken is done, and nothing from the foreign record on";
  EXPECT_EQ(engine_->stats().foreign, 1U);
}

TEST_F(PushEngineTest, HelloNamesTheLogAndTheInstance) {
  config_.job = "job-1";
  config_.topic = "topic";
  SetUp();
  ready_with({node(3, 8)});
  const auto& hello = gateway_.to(comet(3, 8))->hello;
  EXPECT_EQ(hello.job, "job-1");
  EXPECT_EQ(hello.bus, "bus");
  EXPECT_EQ(hello.topic, "topic");
  EXPECT_EQ(hello.comet, node(3, 8));
}

TEST_F(PushEngineTest, AnotherLogNeedsAnotherHello) {
  ready_with({node(1)});
  engine_->revoked({0, 1});
  assign({{0, true}}, "bus-2");
  EXPECT_EQ(gateway_.wires.size(), 2U);
  EXPECT_EQ(gateway_.to(comet(1))->hello.bus, "bus-2");
}

TEST_F(PushEngineTest, AnUnknownTargetWaitsForTheRegistryAndKeepsItsOrder) {
  ready_with({node(1)});
  const int before = refreshes_;
  push(0, 0, {comet(2)});
  push(0, 1, {comet(1)});
  push(0, 2, {comet(2)});
  EXPECT_GT(refreshes_, before);
  EXPECT_EQ(gateway_.to(comet(1))->all(), (Seen{{0, 1}}));  // the others go on
  nodes({node(1), node(2)});
  open(comet(2));
  EXPECT_EQ(gateway_.to(comet(2))->all(), (Seen{{0, 0}, {0, 2}}));
  EXPECT_TRUE(source_.stored.empty());
}

TEST_F(PushEngineTest, AnUnknownTargetThatTheRegistryDoesNotHaveIsSettledAndCounted) {
  ready_with({node(1)});
  push(0, 0, {comet(2), comet(1)});
  ack(comet(1));
  EXPECT_TRUE(source_.stored.empty());
  nodes({node(1)});
  EXPECT_EQ(source_.stored[0], 1);
  EXPECT_EQ(engine_->stats().drops.comet_gone, 1U);
}

TEST_F(PushEngineTest, ACometWhoseLeaseEndedIsSettled) {
  ready_with({node(1), node(2)});
  push(0, 0, {comet(1), comet(2)});
  ack(comet(2));
  scheduler_.advance(1s);
  nodes({node(2)});
  EXPECT_EQ(source_.stored[0], 1);
  EXPECT_EQ(engine_->stats().drops.comet_gone, 1U);
  EXPECT_EQ(gateway_.to(comet(1)), nullptr);
  EXPECT_EQ(gateway_.gone, std::vector{comet(1)});
}

TEST_F(PushEngineTest, ARestartedRouterDoesNotMakeCometsGone) {
  ready_with({node(1)});
  push(0, 0, {comet(1)});
  version_ = 0;
  nodes({}, 8);
  engine_->tick();
  EXPECT_NE(gateway_.to(comet(1)), nullptr);
  nodes({node(1)}, 8);
  scheduler_.advance(11s);
  engine_->tick();
  ack(comet(1));
  EXPECT_EQ(source_.stored[0], 1);
  EXPECT_EQ(engine_->stats().drops.comet_gone, 0U);
}

TEST_F(PushEngineTest, ARestartedCometIsAnotherTarget) {
  ready_with({node(1, 1)});
  push(0, 0, {comet(1, 1)});
  nodes({node(1, 2)});
  EXPECT_EQ(source_.stored[0], 1);  // the old instance's connections died with it
  open(comet(1, 2));
  EXPECT_TRUE(gateway_.to(comet(1, 2))->messages.empty());
}

TEST_F(PushEngineTest, ALostStreamIsOpenedAgainAndEverythingUnacknowledgedRepeated) {
  ready_with({node(1)});
  push(0, 0, {comet(1)});
  push(0, 1, {comet(1)});
  gateway_.to(comet(1))->end();
  scheduler_.run();
  EXPECT_EQ(gateway_.to(comet(1)), nullptr);
  scheduler_.advance(3s);
  open(comet(1));
  EXPECT_EQ(gateway_.to(comet(1))->all(), (Seen{{0, 0}, {0, 1}}));
  EXPECT_EQ(gateway_.to(comet(1))->messages.front().first_seq, 1U);
  EXPECT_EQ(engine_->stats().comets.front().again, 1U);
}

TEST_F(PushEngineTest, AnotherInstanceAtTheAddressMakesItAskTheRegistry) {
  ready_with({node(1)});
  const int before = refreshes_;
  gateway_.to(comet(1))->end(Error::Code::kConflict);
  scheduler_.run();
  EXPECT_GT(refreshes_, before);
}

TEST_F(PushEngineTest, NoAnswerToHelloIsALostStream) {
  nodes({node(1)});
  assign({{0}});
  const auto mute = gateway_.to(comet(1));
  scheduler_.advance(8s);
  EXPECT_TRUE(mute->closed);
  EXPECT_NE(gateway_.to(comet(1)), nullptr);
}

TEST_F(PushEngineTest, AWrongAcknowledgementEndsTheStream) {
  ready_with({node(1)});
  const auto wire = gateway_.to(comet(1));
  wire->ack(99);
  scheduler_.run();
  EXPECT_TRUE(wire->closed);
}

TEST_F(PushEngineTest, LateAcknowledgementsAfterARevokeCommitNothing) {
  ready_with({node(1)});
  push(0, 0, {comet(1)});
  push(0, 1, {comet(1)});
  engine_->revoked({0});
  ack(comet(1));
  engine_->tick();
  EXPECT_TRUE(source_.stored.empty());
  EXPECT_EQ(engine_->stats().revoked, 1U);  // the second was not sent yet
  assign({{0}});
  push(0, 0, {comet(1)});
  EXPECT_TRUE(source_.stored.empty());
  ack(comet(1));
  EXPECT_EQ(source_.stored[0], 1);
}

TEST_F(PushEngineTest, ANewLogIsToldToCometsKnownAndMetLater) {
  ready_with({node(1)});
  engine_->revoked({0, 1});
  assign({{0, true}, {1, false}});
  nodes({node(1), node(2)});
  open(comet(2));
  push(0, 0, {comet(1), comet(2)});
  EXPECT_EQ(gateway_.to(comet(1))->messages.back().restarted, (std::vector<std::int32_t>{0}));
  EXPECT_EQ(gateway_.to(comet(2))->messages.back().restarted, (std::vector<std::int32_t>{0}));
}

TEST_F(PushEngineTest, AMalformedRecordIsSettledAndCounted) {
  ready_with({node(1)});
  auto broken = std::make_shared<PushRecord>();
  broken->malformed = true;
  broken->offset = 3;
  engine_->records({broken});
  EXPECT_EQ(source_.stored[0], 4);
  EXPECT_EQ(engine_->stats().malformed, 1U);
}

TEST_F(PushEngineTest, ACopyGoesToNobodyAndIsSettled) {
  ready_with({node(1)});
  push(0, 0, {comet(1)});
  ack(comet(1));
  const auto sent = gateway_.to(comet(1))->last_seq();
  engine_->records({copy_record(0, 1)});
  scheduler_.run();
  EXPECT_EQ(gateway_.to(comet(1))->last_seq(), sent);
  EXPECT_EQ(source_.stored[0], 2);
  EXPECT_EQ(engine_->stats().copies, 1U);
  EXPECT_EQ(engine_->stopped_by(), "") << "it names no cluster";
}

TEST_F(PushEngineTest, DrainPausesAndSaysWhenAllIsSettled) {
  ready_with({node(1)});
  push(0, 0, {comet(1)});
  engine_->drain();
  EXPECT_TRUE(source_.paused);
  EXPECT_FALSE(engine_->settled());
  ack(comet(1));
  EXPECT_TRUE(engine_->settled());
  EXPECT_TRUE(source_.paused);
}

}  // namespace
}  // namespace im::job
