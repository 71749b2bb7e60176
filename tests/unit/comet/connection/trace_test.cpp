#include "comet/connection/trace.hpp"

#include "tests/unit/comet/comet_fakes.hpp"

namespace im::comet {
namespace {

constexpr TimePoint kBegin{};

/// "out op=1000 seq=0 size=5" per event.
std::vector<std::string> texts(const std::vector<TracedEvent>& events) {
  std::vector<std::string> lines;
  for (const TracedEvent& event : events) {
    const char* kind = std::array{"in", "out", "dropped", "closed"}[static_cast<std::size_t>(event.kind)];
    std::string line = std::string(kind) + " op=" + std::to_string(event.op) + " size=" + std::to_string(event.size);
    lines.push_back(event.note.empty() ? line : line + " " + event.note);
  }
  return lines;
}

using Lines = std::vector<std::string>;

TEST(WrittenEvents, PacketsAreFoundInsideTheirWrappers) {
  const std::string two = WorkerHarness::packet(1000, 0, "a") + WorkerHarness::packet(1001, 0, "bb");
  EXPECT_EQ(texts(written_events(two, Transport::kTcp)), (Lines{"out op=1000 size=1", "out op=1001 size=2"}));
  const std::string batch = ws::frame(ws::Opcode::kBinary, WorkerHarness::packet(9, 0, two));
  EXPECT_EQ(texts(written_events(batch, Transport::kWebSocket)), (Lines{"out op=1000 size=1", "out op=1001 size=2"}));
  const std::string large = ws::frame(ws::Opcode::kBinary, WorkerHarness::packet(3, 1, std::string(70000, 'x')));
  EXPECT_EQ(texts(written_events(large, Transport::kWebSocket)), Lines{"out op=3 size=70000"});
  EXPECT_EQ(texts(written_events(ws::frame(ws::Opcode::kBinary, WorkerHarness::packet(9, 1)), Transport::kWebSocket)),
            Lines{"out op=9 size=0"});
}

TEST(WrittenEvents, WhatIsNoPacketIsSaidToBeNone) {
  EXPECT_EQ(texts(written_events(ws::frame(ws::Opcode::kText, "[1]"), Transport::kWebSocket)),
            Lines{"out op=0 size=3 json"});
  EXPECT_EQ(texts(written_events(ws::frame(ws::Opcode::kPong, "p"), Transport::kWebSocket)),
            Lines{"out op=0 size=1 pong"});
  for (const char* bytes : {"", "x", "\x82", "\x82\x7e", "\x82\x7f\x01"}) written_events(bytes, Transport::kWebSocket);
  EXPECT_EQ(texts(written_events("HTTP/1.1 400", Transport::kTcp)), Lines{"out op=0 size=12 bytes"});
}

TEST(Trace, IsBoundedAndCountsWhatItLeavesOut) {
  Trace trace(ConnId(0, 1, 1), true, kBegin);
  for (std::size_t i = 0; i < Trace::kMaxEvents + 5; ++i) trace.add({});
  auto taken = trace.take(kBegin);
  EXPECT_EQ(taken.events.size(), Trace::kMaxEvents);
  EXPECT_EQ(taken.dropped, 5U);
  TracedEvent large;
  large.body = std::string(Trace::kMaxBytes, 'x');
  trace.add(large);
  EXPECT_EQ(trace.take(kBegin).dropped, 1U);
  trace.end();
  trace.add({});
  taken = trace.take(kBegin);
  EXPECT_TRUE(taken.over && taken.events.empty());
}

TEST(TraceHub, EndsWhatNobodyReads) {
  std::vector<TraceRef> attached;
  TraceHub hub([&](TraceRef trace) { attached.push_back(std::move(trace)); });
  const auto first = hub.begin(ConnId(0, 1, 1), false, kBegin);
  ASSERT_TRUE(first.ok());
  for (std::size_t i = 1; i < TraceHub::kMaxTraces; ++i) EXPECT_TRUE(hub.begin(ConnId(0, 1, 1), false, kBegin).ok());
  EXPECT_EQ(hub.begin(ConnId(0, 1, 1), false, kBegin).error().code, Error::Code::kOverloaded);
  EXPECT_TRUE(hub.take(first.value(), kBegin + std::chrono::seconds(9)).ok());
  const TimePoint late = kBegin + std::chrono::seconds(11);
  EXPECT_TRUE(hub.begin(ConnId(0, 1, 1), false, late).ok());
  EXPECT_TRUE(hub.take(first.value(), late).ok()) << "this one is read";
  EXPECT_TRUE(attached[1]->abandoned(late));
  EXPECT_FALSE(hub.take(2, late).ok());
  attached.back()->end();
  EXPECT_TRUE(hub.begin(ConnId(0, 1, 1), false, late).ok());
  EXPECT_TRUE(hub.take(TraceHub::kMaxTraces + 1, late).value().over) << "its end was not read yet";
  hub.end(first.value());
  EXPECT_FALSE(hub.take(first.value(), late).ok());
  EXPECT_TRUE(attached[0]->abandoned(late));
}

/// A traced client.
class TracedClient : public testing::Test {
 protected:
  void trace(bool bodies) {
    trace_ = std::make_shared<Trace>(worker_.io.id_of(worker_.last_place), bodies, monotonic_now());
    worker_.io.tracer().watch(worker_.last_place, trace_);
    worker_.io.slab().at(worker_.last_place).traced = true;
  }
  Lines taken() { return texts(trace_->take(monotonic_now()).events); }
  WorkerHarness worker_;
  int client_ = worker_.open_tcp();
  TraceRef trace_;
};

TEST_F(TracedClient, ShowsWhatComesAndGoesAndTheEnd) {
  trace(true);
  worker_.send(client_, WorkerHarness::packet(wire::kOpHeartbeat, 5));
  worker_.send(client_, WorkerHarness::packet(wire::kOpSub, 6, "1000"));
  const auto events = trace_->take(monotonic_now()).events;
  EXPECT_EQ(texts(events), (Lines{"in op=2 size=0", "out op=3 size=4", "in op=14 size=4", "out op=15 size=4"}));
  EXPECT_EQ(events[2].body, "1000");
  EXPECT_EQ(events[2].seq, 6);
  worker_.io.close(worker_.last_place, CloseReason::kKicked);
  const auto end = trace_->take(monotonic_now());
  EXPECT_EQ(texts(end.events), Lines{"closed op=0 size=0 kicked"});
  EXPECT_TRUE(end.over);
}

TEST_F(TracedClient, NoTokenAndNoBodyThatNobodyAskedFor) {
  trace(true);
  worker_.send(client_, WorkerHarness::packet(wire::kOpAuth, 5, "secret"));
  EXPECT_EQ(trace_->take(monotonic_now()).events.at(0).body, "");
  trace_->end();
  trace(false);
  worker_.protocol.on_receive_result(worker_.control.receives.at(0).first, {});
  worker_.send(client_, WorkerHarness::packet(wire::kOpSub, 6, "1000"));
  for (const TracedEvent& event : trace_->take(monotonic_now()).events) EXPECT_EQ(event.body, "");
}

TEST_F(TracedClient, NobodyReadsNobodyPays) {
  trace(false);
  trace_->end();
  worker_.send(client_, WorkerHarness::packet(wire::kOpHeartbeat, 5));
  EXPECT_FALSE(worker_.io.slab().at(worker_.last_place).traced);
  worker_.send(client_, WorkerHarness::packet(wire::kOpHeartbeat, 6));
  EXPECT_EQ(taken(), Lines{});
}

}  // namespace
}  // namespace im::comet
